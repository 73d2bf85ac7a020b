/** How the vectors of a vocabulary are kept: a byte a number with one scale a word, four bytes a number, or not at all. */
export type VectorEncoding = 'int8' | 'float32' | 'none';

/** A vector of bytes: its numbers are `values[i] * scale`, which four bytes would round. */
export interface Int8Vector {
  readonly values: Int8Array;
  /** A number that fits in four bytes. */
  readonly scale: number;
}

/** One word of a vocabulary. */
export interface VocabularyEntry {
  readonly word: string;
  /**
   * Its place. In the vocabulary of a model of this package its rank by frequency, 0 the most frequent; in that of
   * a Keras model its number in the tokenizer's `word_index`, 1 the first.
   */
  readonly index: number;
  /** `dimensions` numbers. Absent where the encoding is `none`. */
  readonly vector?: Float32Array;
  /** The same numbers as they are kept, where the encoding is `int8`. Written as it is, in preference to `vector`. */
  readonly int8?: Int8Vector;
}

/** What a vocabulary says of itself. It is written last, so a store that has it has all of the vocabulary. */
export interface VocabularyManifest {
  readonly format: 'toxicity-guard-vocabulary';
  readonly formatVersion: 1;
  /** The name under which this vocabulary is kept beside others. */
  readonly version: string;
  /** The id of the model that it belongs to, as `Classification.model` has it. */
  readonly model: string;
  /** How many words it holds, and the index of the first. */
  readonly words: number;
  readonly firstIndex: number;
  /** UTF-16 units of its longest word: a longer one is not asked for. */
  readonly longestWord: number;
  /** Numbers of a vector; 0 where the encoding is `none`. */
  readonly dimensions: number;
  readonly encoding: VectorEncoding;
  /** How many words a chunk of the word list has. */
  readonly chunk: number;
  /** SHA-256 over the chunks' checksums, each over words and vectors in order, as lower-case hex. */
  readonly checksum: string;
}

/** What a look-up gives. */
export interface VocabularyLookup {
  /** One for each word that was asked for, in order; `undefined` for a word that the vocabulary does not hold. */
  readonly entries: readonly (VocabularyEntry | undefined)[];
  /** Whether the store could not be asked, so that a word may be `undefined` for no better reason. */
  readonly degraded: boolean;
}

/** A vocabulary outside the process, such as `keyvVocabulary()` makes over a database. */
export interface VocabularyStore {
  /**
   * The manifest of the version in use.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
   */
  manifest(): Promise<VocabularyManifest>;
  /**
   * Entries of words, in order; `undefined` for a word that the vocabulary does not hold.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
   */
  getMany(words: readonly string[]): Promise<(VocabularyEntry | undefined)[]>;
  /** Writes entries of a version that is not finished. Most want `pushVocabulary()`, which finishes it. */
  setMany(entries: readonly VocabularyEntry[]): Promise<void>;
  /** Ends what works in the background. What the store was made over stays its maker's to close. */
  close(): Promise<void>;
}
