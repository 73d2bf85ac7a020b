/** The base of the polynomial hash, a prime; arithmetic is modulo 2³². */
const BASE = 0x01000193;
/** With 12,000 words one hash of a hundred is taken for a word's. */
const BITS = 2 ** 20;

/** The hash of a word, before which and behind which others can be put: see {@link joined}. */
export function hashLetters(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, BASE) + word.charCodeAt(at)) | 0;
  return hash;
}

/** `BASE` to the power of `length`. */
export function powerOf(length: number): number {
  let power = 1;
  for (let at = 0; at < length; at++) power = Math.imul(power, BASE);
  return power;
}

/** The hash of two pieces in a row, of their hashes and {@link powerOf} the second's length. */
export function joined(first: number, second: number, powerOfSecond: number): number {
  return (Math.imul(first, powerOfSecond) + second) | 0;
}

/** Tells which letters are surely no word of some, by their hash and before they are a string. */
export interface WordFilter {
  /** False where no word has this hash. */
  mayHold(hash: number): boolean;
}

/**
 * A filter for common words (Bloom 1970, with a single hash function).
 *
 * @example
 * new CommonWords(['river']).mayHold(hashLetters('river')) // true
 */
export class CommonWords implements WordFilter {
  private readonly bits = new Uint8Array(BITS / 8);

  constructor(words: Iterable<string>) {
    for (const word of words) {
      const hash = spread(hashLetters(word));
      this.bits[hash >>> 3] = (this.bits[hash >>> 3] as number) | (1 << (hash & 7));
    }
  }

  mayHold(hash: number): boolean {
    const at = spread(hash);
    return (((this.bits[at >>> 3] as number) >> (at & 7)) & 1) === 1;
  }
}

function spread(hash: number): number {
  return (hash ^ (hash >>> 15)) & (BITS - 1);
}
