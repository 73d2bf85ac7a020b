import { LABELS } from '@toxicity-guard/core/training';
import type { Comments } from './comments.js';
import { swapGroups } from './counterfactual.js';
import { DISGUISES } from './evaluation/disguise.js';
import type { Random } from './random.js';
import { fillTemplates, type Templates } from './templates.js';

const L = LABELS.length;

/** What is made of the training comments beside themselves. */
export interface AugmentationSettings {
  /** How often each text of the templates is filled. */
  readonly templates: number;
  /** Shares of the training comments that are copied: with other groups, in disguise, within harmless text. */
  readonly swaps: number;
  readonly disguises: number;
  readonly padding: number;
}

/** The source that comments made from templates have. */
export const TEMPLATE_SOURCE = 'templates';
/** The disguises that the tokeniser cannot take off without fail. */
const LEARNT_DISGUISES = ['mistyped', 'leet', 'spaced', 'stretched', 'punctuated', 'camelCase'] as const;
const LONGEST_PADDED = 600;
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
  const plain = grown.texts.length;
  const rows = comments.texts.map((_, row) => row).filter((row) => !comments.isDev[row]);
  const textOf = (row: number): string => comments.texts[row] as string;
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
  const harmless = rows.filter((row) => isHarmless(comments, teacher, row));
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

/** Nobody calls it anything, and the teacher does not either. */
function isHarmless(comments: Comments, teacher: Float32Array | undefined, row: number): boolean {
  const labels = comments.labels.subarray(row * L, row * L + L);
  if (labels[0] !== 0 || labels.includes(1)) return false;
  const text = comments.texts[row] as string;
  return text.length > 60 && (teacher?.[row * L] ?? 0) < 0.05;
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

  /** Adds a text with a comment's labels and scores. */
  copy(row: number, text: string): void {
    const { labels, source } = this.original;
    const [first, last] = [row * L, row * L + L];
    this.add(
      text,
      source[row] as number,
      labels.slice(first, last),
      this.originalTeacher?.slice(first, last),
    );
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
