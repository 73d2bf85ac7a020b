import { throwIfAborted } from '../abort.js';
import {
  aFunction,
  aNumber,
  anArrayOf,
  anObject,
  aString,
  type Check,
  type Checks,
  checkOptions,
  fail,
  oneOf,
} from '../check.js';
import type { SequenceEngine, SequenceNetwork } from '../engine/sequence-network.js';
import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import { LABELS, type Label, type Scores, type Span } from '../labels.js';
import type { KerasTokenizer } from '../text/keras-tokenizer.js';
import type { KeyvVocabulary } from '../vocabulary/keyv-vocabulary.js';
import { Batcher } from './batcher.js';
import { CALL_CHECKS, pickLabels, toScores } from './call.js';
import type { Classification, Classifier, ClassifyOptions, ModelInfo } from './classification.js';
import { type ReadText, SequenceReader } from './sequence-reader.js';
import { sequenceSpans } from './sequence-spans.js';
import { mergeSpans } from './spans.js';

/** Options of `createClassifier()` that go with an `engine`. */
export interface SequenceOptions {
  /** A network of yours: `tensorflow()`, `remote()`, `foldedKeras()` or one that you wrote. */
  readonly engine?: SequenceEngine;
  /** How texts become words: `kerasTokenizer()` with the options of the network's training. */
  readonly tokenizer?: KerasTokenizer;
  /**
   * Which label each output of the network is, `null` for none of ours. A label that no output is scores 0. Default:
   * the six labels in their order.
   */
  readonly labels?: readonly (Label | null)[];
  /** Scores from which a text is flagged and refused, for all labels or by label. Default: 0.5 and 0.9. */
  readonly thresholds?: SequenceThresholds;
  /**
   * What is done with a text of more words than a sequence has: `windows` judges all of it in overlapping parts, the
   * highest score winning; `truncate` judges what Keras would leave of it. Default `windows`.
   */
  readonly longTexts?: 'windows' | 'truncate';
  /** Where a short text is filled up. Default `pre`, as Keras does. */
  readonly padding?: 'pre' | 'post';
  /** Where a long text is cut, with `longTexts: 'truncate'`. Default `pre`, as Keras does. */
  readonly truncating?: 'pre' | 'post';
  /** The languages that the network knows, as BCP 47 tags. Default: English. */
  readonly languages?: readonly string[];
}

/** Default thresholds of a network: one number for all labels, or some by label. */
export interface SequenceThresholds {
  /** Default 0.5. */
  readonly flag?: number | Partial<Scores>;
  /** Default 0.9. */
  readonly reject?: number | Partial<Scores>;
}

const DEFAULT_FLAG = 0.5;
const DEFAULT_REJECT = 0.9;

const aScore = aNumber(0, 1);
const someScores: Check<Partial<Scores>> = anObject({
  toxic: aScore,
  severe_toxic: aScore,
  obscene: aScore,
  threat: aScore,
  insult: aScore,
  identity_hate: aScore,
});
const aLevel: Check<number | Partial<Scores>> = (value, path) =>
  typeof value === 'object' && value !== null ? someScores(value, path) : aScore(value, path);

const aLabel: Check<Label | null> = (value, path) => (value === null ? null : oneOf(...LABELS)(value, path));

const someLabels: Check<readonly (Label | null)[]> = (value, path) => {
  const labels = anArrayOf(aLabel)(value, path);
  const named = labels.filter((label) => label !== null);
  if (named.length === 0) fail(path, 'name a label', value);
  const twice = named.find((label, at) => named.indexOf(label) !== at);
  if (twice !== undefined) fail(path, 'name a label once', twice);
  return labels;
};

/** Something of ours that has some functions. */
function aThingWith<T extends object>(what: string, ...functions: readonly (keyof T & string)[]): Check<T> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null) fail(path, `be ${what}`, value);
    for (const name of functions) aFunction((value as Record<string, unknown>)[name], `${path}.${name}`);
    return value as T;
  };
}

/** One check for each option that goes with an engine. */
export const sequenceChecks: Checks<SequenceOptions> = {
  engine: aThingWith<SequenceEngine>('an engine, such as tensorflow() makes', 'load'),
  tokenizer: aThingWith<KerasTokenizer>('a tokenizer, such as kerasTokenizer() makes', 'tokens', 'index'),
  labels: someLabels,
  thresholds: anObject<SequenceThresholds>({ flag: aLevel, reject: aLevel }),
  longTexts: oneOf('windows', 'truncate'),
  padding: oneOf('pre', 'post'),
  truncating: oneOf('pre', 'post'),
  languages: anArrayOf(aString),
};

/** {@link SequenceOptions} with what else a classifier is told, all of them checked. */
export interface SequenceSettings extends SequenceOptions {
  readonly engine: SequenceEngine;
  readonly vocabulary?: KeyvVocabulary;
  readonly maxTextLength: number;
}

/**
 * Makes a classifier around a network of somebody's own.
 *
 * @throws {TypeError} where the options do not go together.
 */
export function createSequenceClassifier(settings: SequenceSettings): Classifier {
  const { tokenizer, vocabulary } = settings;
  if (tokenizer === undefined) fail('tokenizer', 'be given with an `engine`', tokenizer);
  if (vocabulary === undefined && tokenizer.wordIndex === undefined) {
    fail('tokenizer', 'have a `wordIndex` where no `vocabulary` is given', tokenizer);
  }
  return new SequenceClassifier(settings, tokenizer);
}

interface Loaded {
  readonly network: SequenceNetwork;
  readonly batcher: Batcher;
  readonly reader: SequenceReader;
  close(): Promise<void>;
}

class SequenceClassifier implements Classifier {
  readonly #settings: SequenceSettings;
  readonly #tokenizer: KerasTokenizer;
  /** For each output the place of its label in `LABELS`, -1 for none. */
  readonly #places: readonly number[];
  readonly #thresholds: ModelInfo['thresholds'];
  #loading: Promise<Loaded> | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: SequenceSettings, tokenizer: KerasTokenizer) {
    const { labels = LABELS, thresholds = {} } = settings;
    this.#settings = settings;
    this.#tokenizer = tokenizer;
    this.#places = labels.map((label) => (label === null ? -1 : LABELS.indexOf(label)));
    this.#thresholds = {
      flag: levelsOf(thresholds.flag, DEFAULT_FLAG),
      reject: levelsOf(thresholds.reject, DEFAULT_REJECT),
    };
  }

  async classify(text: string, options: ClassifyOptions = {}): Promise<Classification> {
    if (typeof text !== 'string') fail('text', 'be a string', text);
    const [classification] = await this.#judge([text], options);
    return classification as Classification;
  }

  async classifyMany(texts: readonly string[], options: ClassifyOptions = {}): Promise<Classification[]> {
    if (!Array.isArray(texts)) fail('texts', 'be an array of strings', texts);
    for (const [index, text] of texts.entries()) {
      if (typeof text !== 'string') fail(`texts[${index}]`, 'be a string', text);
    }
    return await this.#judge(texts, options);
  }

  async ready(): Promise<ModelInfo> {
    const { network } = await this.#load();
    const { languages } = this.#settings;
    return { id: network.id, thresholds: this.#thresholds, ...(languages !== undefined && { languages }) };
  }

  close(): Promise<void> {
    // A load that failed has left nothing to close.
    this.#closing ??= (this.#loading ?? Promise.reject()).then(
      ({ close }) => close(),
      () => undefined,
    );
    return this.#closing;
  }

  async #judge(texts: readonly string[], options: ClassifyOptions): Promise<Classification[]> {
    const { maxTextLength } = this.#settings;
    for (const { length } of texts) {
      if (length <= maxTextLength) continue;
      const message = `The text has ${length} UTF-16 units; the most is ${maxTextLength}`;
      throw new ToxicityGuardError('TEXT_TOO_LONG', message);
    }
    const { signal, spans = false } = checkOptions(options, CALL_CHECKS);
    const loaded = await this.#load();
    throwIfAborted(signal);
    const read = await loaded.reader.read(texts, signal);
    throwIfAborted(signal);
    // A few texts at a time, so that a long list does not stand in the way of everybody else's one text.
    const step = loaded.batcher.turn;
    const classifications: Classification[] = [];
    for (let at = 0; at < texts.length; at += step) {
      const some = read.texts
        .slice(at, at + step)
        .map((text) => this.#judgeText(loaded, text, spans, signal));
      classifications.push(...(await Promise.all(some)));
    }
    if (!read.degraded) return classifications;
    return classifications.map((classification) => ({ ...classification, degraded: true }));
  }

  async #judgeText(
    { network, batcher, reader }: Loaded,
    text: ReadText,
    wanted: NonNullable<ClassifyOptions['spans']>,
    signal: AbortSignal | undefined,
  ): Promise<Classification> {
    const highest = new Float64Array(LABELS.length);
    /** The window that has each label's highest score. */
    const best = LABELS.map(() => ({ first: 0, last: 0 }));
    await batcher.scoreEach(
      reader.windows(text),
      (window) => reader.sequence(text, window),
      (window, scores) => {
        for (const [output, label] of this.#places.entries()) {
          if (label < 0 || (scores[output] as number) <= (highest[label] as number)) continue;
          highest[label] = scores[output] as number;
          best[label] = window;
        }
      },
      signal,
    );
    const scores = toScores(highest);
    const spans: Span[] = [];
    for (const label of pickLabels(wanted, scores, this.#thresholds.flag)) {
      const output = this.#places.indexOf(LABELS.indexOf(label));
      if (output < 0) continue;
      const window = best[LABELS.indexOf(label)] as { first: number; last: number };
      spans.push(...(await sequenceSpans(batcher, reader, text, window, output, signal)));
    }
    return { scores, spans: mergeSpans(spans), model: network.id };
  }

  #load(): Promise<Loaded> {
    if (this.#closing !== undefined) {
      return Promise.reject(new ToxicityGuardError('CLOSED', 'The classifier is closed'));
    }
    this.#loading ??= this.#open().catch((error: unknown) => {
      this.#loading = undefined;
      throw toFault(error, 'ENGINE_FAILED', 'The engine');
    });
    return this.#loading;
  }

  async #open(): Promise<Loaded> {
    const { engine, vocabulary, padding = 'pre', truncating = 'pre', longTexts = 'windows' } = this.#settings;
    const network = await engine.load();
    try {
      const { outputs } = network;
      const labels = this.#places.length;
      if (outputs !== labels) {
        const message = `The network has ${outputs} outputs, and \`labels\` names ${labels}`;
        throw new ToxicityGuardError('ENGINE_FAILED', message);
      }
      const tokenizer = this.#tokenizer;
      const reader = new SequenceReader({ tokenizer, vocabulary, padding, truncating, longTexts }, network);
      const release = await reader.open();
      const batcher = new Batcher(network);
      const close = async () => {
        release();
        await batcher.close();
      };
      return { network, batcher, reader, close };
    } catch (error) {
      await network.close();
      throw error;
    }
  }
}

function levelsOf(level: number | Partial<Scores> | undefined, other: number): Scores {
  if (typeof level === 'number') return toScores(LABELS.map(() => level));
  return toScores(LABELS.map((label) => level?.[label] ?? other));
}
