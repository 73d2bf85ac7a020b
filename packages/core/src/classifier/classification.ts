import type { Label, Scores, Span } from '../labels.js';

/** What a classifier says of one text. */
export interface Classification {
  /** Calibrated probabilities. */
  readonly scores: Scores;
  /** The words that drive the scores up, in order; empty unless asked for. */
  readonly spans: readonly Span[];
  /** The id of the model that judged. */
  readonly model: string;
  /**
   * Whether words were judged without their own vectors, because the store that holds them could not be asked and its
   * vocabulary says `onUnavailable: 'degrade'`; or without a list of own words, whose overlay says so. Absent is
   * `false`.
   */
  readonly degraded?: boolean;
}

/** Options of one call to {@link Classifier.classify}. */
export interface ClassifyOptions {
  /**
   * Which labels' words to report: `false` for none; `true` for those at their flag threshold or over, and where
   * there is none, the words that a reader would mark as toxic all the same, if the score of `toxic` is 0.05 or more; or a function that picks labels by the
   * scores. Default `false`.
   */
  readonly spans?: boolean | ((scores: Scores) => readonly Label[]);
  /** Ends a long judgement early; the promise rejects with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** The id of the community whose own words count beside the site's. Without an overlay it says nothing. */
  readonly community?: string;
}

/** Judges texts. Made by `createClassifier()`; anything of this shape can stand in its place. */
export interface Classifier {
  /**
   * Scores one text.
   *
   * @throws {TypeError} when `text` is not a string.
   * @throws {ToxicityGuardError} `TEXT_TOO_LONG`, `MODEL_UNREADABLE`, `MODEL_INCOMPATIBLE`,
   * `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `ENGINE_UNAVAILABLE`, `ENGINE_FAILED`, `CLOSED`, `ABORTED`.
   */
  classify(text: string, options?: ClassifyOptions): Promise<Classification>;
  /** Scores many texts; the answers keep their order. */
  classifyMany(texts: readonly string[], options?: ClassifyOptions): Promise<Classification[]>;
  /** Loads the model if it is not loaded; resolves with what the model says of itself. */
  ready(): Promise<ModelInfo>;
  /**
   * How often a word's row was at hand and how often it had to be made, since the model was loaded; undefined before
   * that, and missing where no rows are kept. For metrics.
   *
   * @example
   * classifier.cacheStats?.() // { hits: 61250, misses: 1204 }
   */
  cacheStats?(): CacheStats | undefined;
  /** Releases the model. May be called twice; later calls to `classify` reject with `CLOSED`. */
  close(): Promise<void>;
}

/** What {@link Classifier.cacheStats} gives. */
export interface CacheStats {
  readonly hits: number;
  readonly misses: number;
}

/** What a loaded model says of itself. */
export interface ModelInfo {
  /** Name, version and content hash. */
  readonly id: string;
  /** Scores at or over which a text is flagged and rejected by default. */
  readonly thresholds: { readonly flag: Scores; readonly reject: Scores };
  /** The languages that it knows, as BCP 47 tags. Default: English. */
  readonly languages?: readonly string[] | undefined;
}
