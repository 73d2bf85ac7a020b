import { ToxicityGuardError } from '../errors.js';
import type { Sequence } from './sequence-network.js';

/**
 * Backends differ at an index past the end: one throws, another reads on.
 *
 * @param words how many words the network knows, where it tells.
 * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH`.
 */
export function throwIfUnknown(batch: readonly Sequence[], words = Number.POSITIVE_INFINITY): void {
  for (const sequence of batch) {
    for (const index of sequence) {
      if (index >= 0 && index < words) continue;
      const message = `The vocabulary has a word of index ${index}, and the network knows 0 to ${words - 1}`;
      throw new ToxicityGuardError('VOCABULARY_MISMATCH', message);
    }
  }
}
