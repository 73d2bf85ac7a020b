import { checkOptions, fail } from '../check.js';
import { ToxicityGuardError } from '../errors.js';
import { LABELS } from '../labels.js';
import { loadModel, type Model } from '../model/load.js';
import { vocabularyOf } from '../model/vocabulary.js';
import { isDue, rest } from '../pace.js';
import type { KeyvVocabulary } from '../vocabulary/keyv-vocabulary.js';
import { CALL_CHECKS, pickLabels, toScores } from './call.js';
import type { CacheStats, Classification, Classifier, ClassifyOptions, ModelInfo } from './classification.js';
import { join, joinVersion, type Loaded } from './folded-loading.js';
import { eachWindow, findSpans } from './windows.js';

/** In a text with a lower score of `toxic` nobody would mark a word. */
const LEAST_MARKED = 0.05;

/** Texts whose words are fetched together, at most, and their length together in UTF-16 units. */
const BATCH_TEXTS = 64;
const BATCH_LENGTH = 64_000;

/** Judges with the folded network of a model folder. */
export class FoldedClassifier implements Classifier {
  private model: Promise<Model> | undefined;
  private loading: Promise<Loaded> | undefined;
  private loaded: Loaded | undefined;
  private release = (): void => {};
  private closed = false;

  constructor(
    private readonly folder: string,
    private readonly maxTextLength: number,
    private readonly vocabulary: KeyvVocabulary | undefined,
  ) {}

  async classify(text: string, options: ClassifyOptions = {}): Promise<Classification> {
    if (typeof text !== 'string') fail('text', 'be a string', text);
    this.throwIfTooLong(text);
    const checked = checkOptions(options, CALL_CHECKS);
    const loaded = await this.load();
    const held = loaded.demanded === undefined ? loaded : await hold(loaded, [text], checked.signal);
    return await judge(held, text, checked);
  }

  async classifyMany(texts: readonly string[], options: ClassifyOptions = {}): Promise<Classification[]> {
    if (!Array.isArray(texts)) fail('texts', 'be an array of strings', texts);
    for (const [index, text] of texts.entries()) {
      if (typeof text !== 'string') fail(`texts[${index}]`, 'be a string', text);
    }
    for (const text of texts) this.throwIfTooLong(text);
    const checked = checkOptions(options, CALL_CHECKS);
    const classifications: Classification[] = [];
    for (const batch of batches(texts)) {
      const loaded = await this.load();
      const held = loaded.demanded === undefined ? loaded : await hold(loaded, batch, checked.signal);
      for (const text of batch) {
        if (isDue()) await rest();
        classifications.push(await judge(held, text, checked));
      }
    }
    return classifications;
  }

  async ready(): Promise<ModelInfo> {
    const { id, manifest } = await this.load();
    return { id, thresholds: manifest.thresholds };
  }

  cacheStats(): CacheStats | undefined {
    const rows = this.loaded?.rows;
    return rows && { hits: rows.lookedUp - rows.made, misses: rows.made };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.loaded = undefined;
    this.loading = undefined;
    this.model = undefined;
    this.release();
  }

  private throwIfTooLong({ length }: string): void {
    if (length <= this.maxTextLength) return;
    const message = `The text has ${length} UTF-16 units; the most is ${this.maxTextLength}`;
    throw new ToxicityGuardError('TEXT_TOO_LONG', message);
  }

  private async load(): Promise<Loaded> {
    if (this.closed) throw new ToxicityGuardError('CLOSED', 'The classifier is closed');
    this.loading ??= this.open().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    const loaded = await this.loading;
    if (!this.closed) this.loaded = loaded;
    return loaded;
  }

  private async open(): Promise<Loaded> {
    // Kept while a store is tried again and again, since it takes long to read.
    this.model ??= loadModel(this.folder).catch((error: unknown) => {
      this.model = undefined;
      throw error;
    });
    const model = await this.model;
    if (isDue()) await rest();
    if (this.vocabulary === undefined) {
      const words = await vocabularyOf(model);
      if (isDue()) await rest();
      return join(model, words);
    }
    let taken: Loaded | undefined;
    const { release } = await this.vocabulary.attach({
      prepare: async (version) => {
        const loaded = await joinVersion(model, version);
        return () => {
          taken = loaded;
          if (!this.closed) this.loading = Promise.resolve(loaded);
        };
      },
    });
    this.release = release;
    if (this.closed) release();
    // The store is away, and tried again in the background: the folder's own words stand in for those it holds.
    return taken ?? join(model, await vocabularyOf(model), true);
  }
}

async function hold(loaded: Loaded, texts: readonly string[], signal?: AbortSignal): Promise<Loaded> {
  return { ...loaded, ...(await loaded.demanded?.hold(texts, signal)) };
}

async function judge(
  loaded: Loaded,
  text: string,
  { signal, spans: wanted = false }: ClassifyOptions,
): Promise<Classification> {
  const highest = new Float64Array(LABELS.length);
  await eachWindow(loaded, text, signal, (scores) => {
    for (let label = 0; label < highest.length; label++) {
      highest[label] = Math.max(highest[label] as number, scores[label] as number);
    }
    return undefined;
  });
  const scores = toScores(highest);
  const labels = pickLabels(wanted, scores, loaded.manifest.thresholds.flag);
  const isAsked = labels.length > 0 || (wanted === true && scores.toxic >= LEAST_MARKED);
  const spans = isAsked ? await findSpans(loaded, text, scores, labels, signal) : [];
  return { scores, spans, model: loaded.id, degraded: loaded.degraded };
}

function* batches(texts: readonly string[]): Generator<readonly string[]> {
  let start = 0;
  let length = 0;
  for (const [index, text] of texts.entries()) {
    const isFull = index - start >= BATCH_TEXTS || length + text.length > BATCH_LENGTH;
    if (isFull && index > start) {
      yield texts.slice(start, index);
      start = index;
      length = 0;
    }
    length += text.length;
  }
  if (start < texts.length) yield texts.slice(start);
}
