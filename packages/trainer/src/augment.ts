import { LABELS } from '@toxicity-guard/core/training';
import { type Comments, UNKNOWN } from './comments.js';
import { swapGroups } from './counterfactual.js';
import { DISGUISES } from './evaluation/disguise.js';
import { type GroupName, groupDrawer, mentionGroup, sentenceAboutPeople } from './mentions.js';
import type { Random } from './random.js';
import { fillTemplates, type Templates } from './templates.js';

const L = LABELS.length;

/** What is made of the training comments beside themselves. */
export interface AugmentationSettings {
  /** How often each text of the templates is filled. */
  readonly templates: number;
  /** How often a training comment that speaks of people in general is told of a group in their place. */
  readonly mentions: number;
  /** Shares of the training comments that are copied: with other groups, in disguise, within harmless text. */
  readonly swaps: number;
  readonly disguises: number;
  readonly padding: number;
}

/** The source that comments made from templates have. */
export const TEMPLATE_SOURCE = 'templates';
/** The source that comments told of groups have. */
export const MENTION_SOURCE = 'mentions';
/** The disguises that the tokeniser cannot take off without fail. */
const LEARNT_DISGUISES = ['mistyped', 'leet', 'spaced', 'stretched', 'punctuated', 'camelCase'] as const;
/** The sources whose harmless comments are told of groups: those of the others speak of groups as they are. */
const ABOUT_PEOPLE = new Set(['jigsaw', 'jigsaw_cleaned', 'wiki_articles', 'civil_spans', 'paradetox']);
/** The list of the templates that names groups, and its columns. */
const GROUP_LIST = 'group';
const SHORTEST_SENTENCE = 15;
const LONGEST_SENTENCE = 250;
const IDENTITY_HATE = LABELS.indexOf('identity_hate');
const LONGEST_PADDED = 600;
const SHORTEST_PADDING = 60;
const LONGEST_PADDING = 900;

/** Comments with what was made of them behind them, and the teacher's scores for all: NaN where it gave none. */
export interface Augmented {
  readonly comments: Comments;
  readonly teacher: Float32Array | undefined;
  /** How many comments, from the first on, choose the vocabulary: copies in disguise do not. */
  readonly plain: number;
}

/** Makes more training comments of those that there are and of templates. */
export function augment(
  comments: Comments,
  teacher: Float32Array | undefined,
  templates: Templates | undefined,
  settings: AugmentationSettings,
  random: Random,
): Augmented {
  const grown = new Grown(comments, teacher);
  if (templates !== undefined && settings.templates > 0) {
    const source = grown.sourceOf(TEMPLATE_SOURCE);
    for (const { text, labels } of fillTemplates(templates, settings.templates, random)) {
      grown.add(text, source, labels);
    }
  }
  const rows = comments.texts.map((_, row) => row).filter((row) => !comments.isDev[row]);
  const textOf = (row: number): string => comments.texts[row] as string;
  if (templates !== undefined && settings.mentions > 0) {
    addMentions(grown, comments, teacher, rows, groupsOf(templates), settings.mentions, random);
  }
  const plain = grown.texts.length;
  for (const row of rows) {
    if (random.next() >= settings.swaps) continue;
    const text = swapGroups(textOf(row), random);
    if (text !== undefined) grown.copy(row, text);
  }
  for (const row of rows) {
    if (random.next() >= settings.disguises) continue;
    const name = LEARNT_DISGUISES[
      Math.floor(random.next() * LEARNT_DISGUISES.length)
    ] as (typeof LEARNT_DISGUISES)[number];
    const text = DISGUISES[name](textOf(row), random, 0.2 + 0.6 * random.next());
    if (text !== textOf(row)) grown.copy(row, text);
  }
  const harmless = rows.filter(
    (row) => textOf(row).length > SHORTEST_PADDING && isHarmless(comments, teacher, row),
  );
  const pick = (): string => textOf(harmless[Math.floor(random.next() * harmless.length)] as number);
  for (const row of rows) {
    const text = textOf(row);
    if (harmless.length === 0 || text.length > LONGEST_PADDED || random.next() >= settings.padding) continue;
    const place = random.next();
    const before = place < 0.6 ? `${padding(pick, random)} ` : '';
    const behind = place > 0.4 ? ` ${padding(pick, random)}` : '';
    grown.copy(row, before + text + behind);
  }
  return { comments: grown.comments(), teacher: grown.teacher(), plain };
}

/**
 * Tells comments of groups in place of people in general, so that a group's name alone means nothing (after Dixon
 * et al. 2018): of a harmless one a sentence, which is as harmless; a toxic one whole, of which it is open whether
 * it is now hate. A group is drawn the oftener the oftener toxic comments name it.
 */
function addMentions(
  grown: Grown,
  comments: Comments,
  teacher: Float32Array | undefined,
  rows: readonly number[],
  groups: readonly GroupName[],
  times: number,
  random: Random,
): void {
  const isAboutPeople = comments.sources.map((name) => ABOUT_PEOPLE.has(name));
  const textOf = (row: number): string => comments.texts[row] as string;
  const source = grown.sourceOf(MENTION_SOURCE);
  const draw = groupDrawer(groups, rows.filter((row) => comments.labels[row * L] === 1).map(textOf), random);
  for (let time = 0; time < times; time++) {
    for (const row of rows) {
      if (!isAboutPeople[comments.source[row] as number]) continue;
      const harmless = isHarmless(comments, teacher, row);
      if (!harmless && (comments.labels[row * L] !== 1 || textOf(row).length > LONGEST_SENTENCE)) continue;
      const text = harmless
        ? sentenceAboutPeople(textOf(row), SHORTEST_SENTENCE, LONGEST_SENTENCE, random)
        : textOf(row);
      const mention = text === undefined ? undefined : mentionGroup(text, draw());
      if (mention !== undefined) grown.copy(row, mention, source, harmless ? undefined : IDENTITY_HATE);
    }
  }
}

function groupsOf(templates: Templates): GroupName[] {
  const columns = templates.columns.get(GROUP_LIST) ?? [];
  const [plural, one] = [columns.indexOf('plural'), columns.indexOf('one')];
  return (templates.lists.get(GROUP_LIST) ?? [])
    .map((row) => ({ plural: row[plural] ?? '', one: row[one] ?? '' }))
    .filter((group) => group.plural !== '' && group.one !== '');
}

/** Nobody calls it anything, and the teacher does not either. */
function isHarmless(comments: Comments, teacher: Float32Array | undefined, row: number): boolean {
  const labels = comments.labels.subarray(row * L, row * L + L);
  if (labels[0] !== 0 || labels.includes(1)) return false;
  return (teacher?.[row * L] ?? 0) < 0.05;
}

function padding(pick: () => string, random: Random): string {
  const length = 100 + random.next() * (LONGEST_PADDING - 100);
  let text = pick();
  while (text.length < length) text += ` ${pick()}`;
  const end = text.indexOf(' ', length);
  return end === -1 ? text : text.slice(0, end);
}

/** Comments that grow. */
class Grown {
  readonly texts: string[];
  private readonly source: number[];
  private readonly sources: string[];
  private readonly isDev: boolean[];
  private readonly labels: Uint8Array[];
  private readonly scores: (Float32Array | undefined)[] = [];

  constructor(
    private readonly original: Comments,
    private readonly originalTeacher: Float32Array | undefined,
  ) {
    this.texts = [...original.texts];
    this.source = [...original.source];
    this.sources = [...original.sources];
    this.isDev = [...original.isDev];
    this.labels = [original.labels];
  }

  /** The index of a source, which is added where it is not there. */
  sourceOf(name: string): number {
    const index = this.sources.indexOf(name);
    return index === -1 ? this.sources.push(name) - 1 : index;
  }

  add(text: string, source: number, labels: Uint8Array, scores?: Float32Array): void {
    this.texts.push(text);
    this.source.push(source);
    this.isDev.push(false);
    this.labels.push(labels);
    this.scores.push(scores);
  }

  /** Adds a text with a comment's labels and scores, but for one label that it may not share. */
  copy(row: number, text: string, source = this.original.source[row] as number, unknown?: number): void {
    const [first, last] = [row * L, row * L + L];
    const labels = this.original.labels.slice(first, last);
    const scores = this.originalTeacher?.slice(first, last);
    if (unknown !== undefined) {
      labels[unknown] = UNKNOWN;
      if (scores !== undefined) scores[unknown] = Number.NaN;
    }
    this.add(text, source, labels, scores);
  }

  comments(): Comments {
    const labels = new Uint8Array(this.texts.length * L);
    let at = 0;
    for (const some of this.labels) {
      labels.set(some, at);
      at += some.length;
    }
    const { texts, source, sources, isDev } = this;
    return { texts, source, sources, isDev, labels };
  }

  teacher(): Float32Array | undefined {
    if (this.originalTeacher === undefined) return undefined;
    const all = new Float32Array(this.texts.length * L).fill(Number.NaN);
    all.set(this.originalTeacher);
    let at = this.originalTeacher.length;
    for (const scores of this.scores) {
      if (scores !== undefined) all.set(scores, at);
      at += L;
    }
    return all;
  }
}
