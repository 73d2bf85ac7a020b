/**
 * A network over sequences of words of a fixed length, such as Keras makes them: what {@link SequenceEngine.load}
 * gives. Write one to bring any other runtime.
 */
export interface SequenceNetwork {
  /** What every decision carries as its model, such as `comments+5f0c1d2e3a4b`. */
  readonly id: string;
  /** Words in a sequence. */
  readonly length: number;
  /** What stands for a word: its index, or its vector from the vocabulary store. */
  readonly input: 'indexes' | 'vectors';
  /** Numbers in a word's vector; 0 where the input is indexes. */
  readonly dimensions: number;
  /** Probabilities that a sequence gets. */
  readonly outputs: number;
  /** Indexes below this one are known to the network. `undefined` where it cannot be told, or the input is vectors. */
  readonly words?: number | undefined;
  /** Sequences in one call of `predict`, at most. Default 16. */
  readonly batchSize?: number | undefined;
  /** Calls of `predict` under way at a time. Default 1. */
  readonly concurrency?: number | undefined;
  /**
   * Scores some sequences at once.
   *
   * @param batch for each sequence `length` indexes (`Int32Array`), or `length` × `dimensions` numbers
   * (`Float32Array`). Not to be changed or kept.
   * @param signal aborts when nobody waits for the answer any more.
   * @returns `batch.length` × `outputs` probabilities, 0 to 1, one sequence after the other.
   * @throws {ToxicityGuardError} `ENGINE_UNAVAILABLE`, `ENGINE_FAILED`, `VOCABULARY_MISMATCH`, `ABORTED`.
   */
  predict(batch: readonly Sequence[], signal?: AbortSignal): Promise<Float32Array>;
  /** Releases what `load` took. Nothing is predicted meanwhile or after. */
  close(): Promise<void>;
}

/** The words of a sequence, padded to the network's length. */
export type Sequence = Int32Array | Float32Array;

/** A network yet to be loaded: what `tensorflow()`, `remote()` and `foldedKeras()` give. */
export interface SequenceEngine {
  /** What kind of engine it is, for messages. */
  readonly name: string;
  /**
   * Loads the network. Called on first use, and again after it failed.
   *
   * @throws {ToxicityGuardError} `MODEL_UNREADABLE`, `MODEL_INCOMPATIBLE`, `ENGINE_UNAVAILABLE`, `ENGINE_FAILED`.
   */
  load(): Promise<SequenceNetwork>;
}
