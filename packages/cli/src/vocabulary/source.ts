import type { VocabularyDescription, VocabularyEntry } from '@toxicity-guard/core';
import type { Progress } from '../progress.js';

/** A vocabulary that is to be pushed. */
export interface Source {
  /** What it is of; its name in the store where the command line gives none. */
  readonly description: VocabularyDescription;
  readonly entries: Iterable<VocabularyEntry> | AsyncIterable<VocabularyEntry>;
  /** How far it is when so many words have been written. */
  progress(words: number): Omit<Progress, 'stage'>;
  /** Sentences about what was left out. To be asked for when all entries have been read. */
  remarks(): readonly string[];
}
