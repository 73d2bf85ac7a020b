import { BUNDLED_MODEL } from '../bundled-model.js';
import { aFunction, anInteger, aString, type Checks, checkOptions, fail } from '../check.js';
import type { Engine } from '../engine/engine.js';
import { FoldedNetwork, readVocabulary } from '../engine/folded.js';
import { ToxicityGuardError } from '../errors.js';
import { LABELS, type Label, type Scores, type Span } from '../labels.js';
import { loadModel } from '../model/load.js';
import { type Manifest, modelId } from '../model/manifest.js';
import { isDue, rest } from '../pace.js';
import type { Tokeniser } from '../text/tokenise.js';
import type { Classification, Classifier, ClassifyOptions, ModelInfo } from './classification.js';
import { addSpans, strongestWords } from './spans.js';

/** Options of {@link createClassifier}. */
export interface ClassifierOptions {
  /** Folder of the model, absolute or relative to the working directory. Default: the bundled model. */
  readonly model?: string;
  /** Longest text that is judged, in UTF-16 units; a longer one rejects with `TEXT_TOO_LONG`. Default 1,000,000. */
  readonly maxTextLength?: number;
}

const DEFAULT_MAX_TEXT_LENGTH = 1_000_000;

const CALL_CHECKS: Checks<ClassifyOptions> = {
  spans: (value, path) =>
    typeof value === 'boolean' ? value : aFunction<(scores: Scores) => readonly Label[]>(value, path),
  signal: (value, path) =>
    typeof (value as AbortSignal | null)?.aborted === 'boolean'
      ? (value as AbortSignal)
      : fail(path, 'be an AbortSignal', value),
};

type SixNumbers = [number, number, number, number, number, number];

interface Loaded {
  readonly manifest: Manifest;
  readonly id: string;
  readonly engine: Engine;
  readonly window: Tokeniser;
  readonly contributions: Float64Array;
}

/**
 * Makes a classifier. It reads its model on first use, once; a failed load is forgotten and tried again at
 * the next call.
 *
 * @throws {TypeError} when an option is unknown or of the wrong type.
 * @example
 * const classifier = createClassifier();
 * const { scores } = await classifier.classify('Thank you, that was kind of you.');
 * scores.toxic < 0.5 // true
 */
export function createClassifier(options: ClassifierOptions = {}): Classifier {
  const checked = checkOptions<ClassifierOptions>(options, {
    model: aString,
    maxTextLength: anInteger(1),
  });
  return new FoldedClassifier(
    checked.model ?? BUNDLED_MODEL,
    checked.maxTextLength ?? DEFAULT_MAX_TEXT_LENGTH,
  );
}

class FoldedClassifier implements Classifier {
  private loading: Promise<Loaded> | undefined;
  private closed = false;

  constructor(
    private readonly folder: string,
    private readonly maxTextLength: number,
  ) {}

  async classify(text: string, options: ClassifyOptions = {}): Promise<Classification> {
    if (typeof text !== 'string') fail('text', 'be a string', text);
    if (text.length > this.maxTextLength) {
      const message = `The text has ${text.length} UTF-16 units; the most is ${this.maxTextLength}`;
      throw new ToxicityGuardError('TEXT_TOO_LONG', message);
    }
    const { signal, spans: wanted = false } = checkOptions(options, CALL_CHECKS);
    const loaded = await this.load();
    const highest = new Float64Array(LABELS.length);
    await eachWindow(loaded, text, signal, (scores) => {
      for (let label = 0; label < highest.length; label++) {
        highest[label] = Math.max(highest[label] as number, scores[label] as number);
      }
      return undefined;
    });
    const scores = toScores(highest);
    const labels = pickLabels(wanted, scores, loaded.manifest.thresholds.flag);
    const spans = labels.length > 0 ? await findSpans(loaded, text, scores, labels, signal) : [];
    return { scores, spans, model: loaded.id };
  }

  async classifyMany(texts: readonly string[], options: ClassifyOptions = {}): Promise<Classification[]> {
    if (!Array.isArray(texts)) fail('texts', 'be an array of strings', texts);
    for (const [index, text] of texts.entries()) {
      if (typeof text !== 'string') fail(`texts[${index}]`, 'be a string', text);
    }
    const classifications: Classification[] = [];
    for (const text of texts) {
      if (isDue()) await rest();
      classifications.push(await this.classify(text, options));
    }
    return classifications;
  }

  async ready(): Promise<ModelInfo> {
    const { id, manifest } = await this.load();
    return { id, thresholds: manifest.thresholds };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.loading = undefined;
  }

  private load(): Promise<Loaded> {
    if (this.closed) return Promise.reject(new ToxicityGuardError('CLOSED', 'The classifier is closed'));
    this.loading ??= load(this.folder).catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }
}

async function load(folder: string): Promise<Loaded> {
  const model = await loadModel(folder);
  if (isDue()) await rest();
  const vocabulary = readVocabulary(model);
  if (isDue()) await rest();
  const { manifest } = model;
  const engine = new FoldedNetwork(model, undefined, vocabulary);
  const window = engine.createWindow();
  return {
    manifest,
    id: modelId(manifest),
    engine,
    window,
    contributions: new Float64Array(window.limit),
  };
}

/**
 * What is done with a judged window. All texts share the window's memory: whoever lets the event loop turn
 * meanwhile does it by `pause`, behind which the window is as it was.
 */
type Use = (scores: Float64Array, pause: () => Promise<unknown>) => Promise<void> | undefined;

/** Judges a text in overlapping windows and lets the event loop turn in between. */
async function eachWindow(
  { engine, window, manifest }: Loaded,
  text: string,
  signal: AbortSignal | undefined,
  use: Use,
): Promise<void> {
  const scores = new Float64Array(LABELS.length);
  throwIfAborted(signal);
  for (let at = 0; at < text.length; ) {
    if (isDue()) await rest();
    throwIfAborted(signal);
    window.read(text, at);
    let { reading } = window;
    const pause = async (): Promise<boolean> => {
      // Ahead of the others, who would take the window.
      await rest(true);
      throwIfAborted(signal);
      if (window.reading === reading) return false;
      // Somebody took it all the same: now at once, or two could take it from each other for ever.
      window.read(text, at);
      reading = window.reading;
      return engine.judge(window, scores);
    };
    while (!engine.judge(window, scores, isDue)) if (await pause()) break;
    const next = window.nextPosition(manifest.tokenizer.stride);
    const using = use(scores, pause);
    if (using !== undefined) await using;
    at = next;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new ToxicityGuardError('ABORTED', 'The judgement was aborted', { cause: signal.reason });
}

function pickLabels(
  wanted: NonNullable<ClassifyOptions['spans']>,
  scores: Scores,
  flag: Scores,
): readonly Label[] {
  if (wanted === false) return [];
  if (wanted === true) return LABELS.filter((label) => scores[label] >= flag[label]);
  const picked: unknown = wanted(scores);
  const isLabels = Array.isArray(picked) && picked.every((label) => LABELS.includes(label));
  return isLabels ? picked : fail('spans()', 'return an array of labels', picked);
}

/** The words that cause some labels' scores, from every window that would be flagged or has the highest score. */
async function findSpans(
  loaded: Loaded,
  text: string,
  scores: Scores,
  labels: readonly Label[],
  signal: AbortSignal | undefined,
): Promise<Span[]> {
  const { engine, window, contributions, manifest } = loaded;
  const spans: Span[] = [];
  await eachWindow(loaded, text, signal, async (windowScores, pause) => {
    const found: Span[] = [];
    for (const label of labels) {
      const index = LABELS.indexOf(label);
      const least = Math.min(scores[label], manifest.thresholds.flag[label]);
      if ((windowScores[index] as number) < least) continue;
      if (isDue()) await pause();
      engine.explain(window, index, contributions);
      found.push(...strongestWords(window, contributions, manifest.spanShare));
    }
    addSpans(spans, found);
  });
  return spans;
}

function toScores(values: Float64Array): Scores {
  const [toxic, severe_toxic, obscene, threat, insult, identity_hate] = values as unknown as SixNumbers;
  return { toxic, severe_toxic, obscene, threat, insult, identity_hate };
}
