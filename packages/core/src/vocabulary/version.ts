import type { WordVector } from './entry-record.js';
import type { VocabularyManifest } from './store.js';
import type { WordVectors } from './word-vectors.js';

/** Vectors of some words. */
export interface FetchedWords {
  /** Those of the words that the vocabulary holds, but for what `degraded` says. */
  readonly found: ReadonlyMap<string, WordVector>;
  /** Whether the store could not be asked for words that it holds. */
  readonly degraded: boolean;
  /** Whether the store was asked at all. */
  readonly asked: boolean;
}

/** The ranks of all words of a vocabulary. */
export type WordRanks = Pick<WordVectors, 'common' | 'rankOf'>;

/** One version of a vocabulary, checked; it stays as it is while another is taken up. */
export interface VocabularyVersion {
  readonly manifest: VocabularyManifest;
  /** All of it, where it was loaded whole. */
  readonly table: WordVectors | undefined;
  /** The ranks of its words, read once. */
  ranks(): Promise<WordRanks>;
  /**
   * Vectors of words: those at hand, the others in one round trip.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, unless the vocabulary degrades.
   */
  fetch(words: Iterable<string>): Promise<FetchedWords>;
}
