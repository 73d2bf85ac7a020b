import { channel } from 'node:diagnostics_channel';
import type { ErrorCode } from '../errors.js';

/** The name of the `node:diagnostics_channel` on which changes of vocabularies in stores are told. */
export const VOCABULARY_CHANNEL = 'toxicity-guard:vocabulary';

/** What a subscriber of {@link VOCABULARY_CHANNEL} gets. It never holds text. */
export interface VocabularyMessage {
  /**
   * A version was `loaded` or `refused`; the store is `unavailable` and left alone for a while, or `available` again.
   */
  readonly event: 'loaded' | 'refused' | 'unavailable' | 'available';
  /** The version that was loaded or refused, else the one that works; `null` where none does. */
  readonly version: string | null;
  /** Why a version was refused. */
  readonly code: ErrorCode | null;
}

const changes = channel(VOCABULARY_CHANNEL);

export function reportChange(message: VocabularyMessage): void {
  if (changes.hasSubscribers) changes.publish(message);
}
