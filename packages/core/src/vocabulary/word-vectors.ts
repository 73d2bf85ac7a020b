import type { WordFilter } from '../text/common-words.js';

/** What the folded network needs of a vocabulary while it judges: all of it at hand, nothing to wait for. */
export interface WordVectors {
  /** The words for which another may be mistyped. */
  readonly common: WordFilter;
  /** A word's rank by frequency, 0 the most frequent; -1 for a word that is not in the vocabulary. */
  rankOf(word: string): number;
  /** Adds a word's vector to `out`; nothing where it has none. */
  addVector(word: string, out: Float64Array): void;
}
