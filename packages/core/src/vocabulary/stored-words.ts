import { type RankOf, resolve } from '../text/resolve.js';
import { BoundedCache } from './bounded-cache.js';
import type { WordVector } from './entry-record.js';
import type { VocabularyVersion, WordRanks } from './version.js';
import type { WordVectors } from './word-vectors.js';

/** Memory for which word a token stands for, where it is not that word itself. */
const RESOLVED_BYTES = 2 ** 20;
const OVERHEAD = 100;

/** A vocabulary whose vectors are read on demand: those of the call that is being judged are held. */
export class StoredWords implements WordVectors {
  readonly common: WordRanks['common'];
  readonly rankOf: RankOf;
  /** The words of the call that is being judged. */
  held: ReadonlyMap<string, WordVector> = new Map();
  private readonly resolved = new BoundedCache<string>(
    RESOLVED_BYTES,
    (token, word) => OVERHEAD + 2 * (token.length + word.length),
  );

  constructor(
    readonly version: VocabularyVersion,
    ranks: WordRanks,
  ) {
    this.common = ranks.common;
    this.rankOf = ranks.rankOf;
  }

  addVector(word: string, out: Float64Array): void {
    const held = this.held.get(word);
    if (held === undefined) return;
    const { vector, scale } = held;
    for (let at = 0; at < vector.length; at++) {
      out[at] = (out[at] as number) + scale * (vector[at] as number);
    }
  }

  /** The word that a token stands for, if it has a vector. */
  wordOf(token: string): string | undefined {
    if (this.rankOf(token) >= 0) return token;
    let word = this.resolved.get(token);
    if (word === undefined) {
      word = resolve(token, this.rankOf, this.common);
      this.resolved.set(token, word);
    }
    return this.rankOf(word) >= 0 ? word : undefined;
  }
}
