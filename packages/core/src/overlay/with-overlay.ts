import { throwIfAborted } from '../abort.js';
import { checkOptions, fail, WrongArgument } from '../check.js';
import { CALL_CHECKS } from '../classifier/call.js';
import type {
  CacheStats,
  Classification,
  Classifier,
  ClassifyOptions,
  ModelInfo,
} from '../classifier/classification.js';
import { addSpans } from '../classifier/spans.js';
import { ToxicityGuardError } from '../errors.js';
import type { Label, Scores, Span } from '../labels.js';
import { isDue, rest } from '../pace.js';
import type { OverlayEntry } from './entry.js';
import { findPhrases } from './find.js';
import { inMemory } from './memory-overlay.js';
import type { Overlay, OverlayLists } from './overlay.js';
import { type Overlaid, settle } from './settle.js';

/** An overlay, or the entries of one. */
export type OverlayOption = Overlay | readonly OverlayEntry[];

/**
 * A classifier that heeds a site's own words around any other: what is allowed is blanked out before the other
 * judges, what is denied has a score of 1. Closing it closes the other; an overlay stays yours to close.
 *
 * @param overlay what `keyvOverlay()` or `memoryOverlay()` makes, or entries.
 * @param options.maxTextLength a longer text rejects with `TEXT_TOO_LONG` before it is searched. Default: none.
 * @throws {TypeError} for an entry that is wrong. The error does not tell the phrase.
 * @example
 * const classifier = withOverlay(createClassifier(), [{ phrase: 'crypto giveaway', action: 'deny' }])
 * const { scores } = await classifier.classify('Crypt0 giveaways! A crypto giveaway!')
 * scores.toxic // 1
 */
export function withOverlay(
  classifier: Classifier,
  overlay: OverlayOption,
  { maxTextLength = Number.POSITIVE_INFINITY }: { readonly maxTextLength?: number } = {},
): Classifier {
  return new OverlaidClassifier(classifier, anOverlay(overlay, 'overlay'), maxTextLength);
}

/** The check of an `overlay` option. */
export function anOverlay(value: unknown, path: string): Overlay {
  if (Array.isArray(value)) return inMemory(value, path);
  if (typeof (value as Overlay | null)?.listsFor === 'function') return value as Overlay;
  // Not shown: it may be a phrase.
  throw new WrongArgument(path, 'be an overlay or an array of entries', typeof value);
}

/** A text as the other classifier is shown it, and what is to be added to its answer. */
interface Prepared extends Overlaid {
  readonly degraded: boolean;
}

class OverlaidClassifier implements Classifier {
  constructor(
    private readonly inner: Classifier,
    private readonly overlay: Overlay,
    private readonly maxTextLength: number,
  ) {}

  async classify(text: string, given: ClassifyOptions = {}): Promise<Classification> {
    if (typeof text !== 'string') fail('text', 'be a string', text);
    const options = checkOptions(given, CALL_CHECKS);
    const lists = await this.overlay.listsFor(options.community);
    const prepared = await this.prepare(text, lists, options.signal);
    const answer = await this.inner.classify(prepared.text, innerOptions(options, prepared.denied));
    return await finish(answer, prepared, options);
  }

  async classifyMany(texts: readonly string[], given: ClassifyOptions = {}): Promise<Classification[]> {
    if (!Array.isArray(texts)) fail('texts', 'be an array of strings', texts);
    for (const [index, text] of texts.entries()) {
      if (typeof text !== 'string') fail(`texts[${index}]`, 'be a string', text);
    }
    const options = checkOptions(given, CALL_CHECKS);
    const lists = await this.overlay.listsFor(options.community);
    const answers: Classification[] = new Array(texts.length);
    // Texts that are asked about in the same way go together: a classifier may judge many at the price of few.
    const groups = new Map<string, { index: number; prepared: Prepared }[]>();
    for (const [index, text] of texts.entries()) {
      const prepared = await this.prepare(text, lists, options.signal);
      const key = typeof options.spans === 'function' ? [...prepared.denied.keys()].sort().join() : '';
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push({ index, prepared });
    }
    for (const group of groups.values()) {
      const { denied } = (group[0] as (typeof group)[number]).prepared;
      const own = await this.inner.classifyMany(
        group.map(({ prepared }) => prepared.text),
        innerOptions(options, denied),
      );
      for (const [at, { index, prepared }] of group.entries()) {
        answers[index] = await finish(own[at] as Classification, prepared, options);
      }
    }
    return answers;
  }

  async ready(): Promise<ModelInfo> {
    const info = await this.inner.ready();
    await this.overlay.listsFor();
    return info;
  }

  cacheStats(): CacheStats | undefined {
    return this.inner.cacheStats?.();
  }

  async close(): Promise<void> {
    await this.inner.close();
  }

  private async prepare(
    text: string,
    { lists, degraded }: OverlayLists,
    signal: AbortSignal | undefined,
  ): Promise<Prepared> {
    // Before it is searched, which costs too.
    if (text.length > this.maxTextLength) {
      const message = `The text has ${text.length} UTF-16 units; the most is ${this.maxTextLength}`;
      throw new ToxicityGuardError('TEXT_TOO_LONG', message);
    }
    if (isDue()) await rest();
    throwIfAborted(signal);
    const used = lists.filter(({ longest }) => longest > 0);
    if (used.length === 0) return { text, denied: new Map(), degraded };
    const matches = await findPhrases(text, used, signal);
    return { ...(await settle(text, matches, signal)), degraded };
  }
}

/**
 * The options for the classifier inside. It is asked for the words of those labels alone that its own scores call
 * for: it would explain a label that only a phrase has raised by words that have nothing to do with it.
 */
function innerOptions(options: ClassifyOptions, denied: Overlaid['denied']): ClassifyOptions {
  const { community: _, spans, ...others } = options;
  if (spans === undefined) return others;
  if (typeof spans !== 'function' || denied.size === 0) return { ...others, spans };
  return {
    ...others,
    spans: (scores) => {
      const own: unknown = spans(scores);
      const wanted = spans(raised(scores, denied));
      // What is no list is the other's to refuse.
      return (Array.isArray(own) ? own.filter((label) => wanted.includes(label)) : own) as readonly Label[];
    },
  };
}

async function finish(
  answer: Classification,
  { denied, degraded }: Prepared,
  { spans: wanted = false }: ClassifyOptions,
): Promise<Classification> {
  const marked = degraded ? { degraded } : {};
  if (denied.size === 0) return { ...answer, ...marked };
  const scores = raised(answer.scores, denied);
  // A score of 1 is at every threshold that there is.
  const labels = typeof wanted === 'function' ? wanted(scores) : wanted ? [...denied.keys()] : [];
  let spans = answer.spans;
  for (const label of labels) spans = await joined(spans, denied.get(label) ?? []);
  return { ...answer, ...marked, scores, spans };
}

function raised(scores: Scores, denied: Overlaid['denied']): Scores {
  const raised = { ...scores };
  for (const label of denied.keys()) raised[label] = 1;
  return raised;
}

/** Two lists of spans, each in order, as one. */
async function joined(some: readonly Span[], others: readonly Span[]): Promise<readonly Span[]> {
  if (others.length === 0) return some;
  const spans: Span[] = [];
  for (let [at, of] = [0, 0]; at < some.length || of < others.length; ) {
    if (isDue()) await rest();
    const [one, other] = [some[at], others[of]];
    const isFirst = other === undefined || (one !== undefined && one[0] <= other[0]);
    const [start, end] = (isFirst ? one : other) as Span;
    addSpans(spans, [[start, end]]);
    if (isFirst) at++;
    else of++;
  }
  return spans;
}
