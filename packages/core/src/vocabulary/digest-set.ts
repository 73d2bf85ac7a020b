import { hash, randomBytes } from 'node:crypto';

/**
 * Tells the words of a vocabulary from all others by six bytes of each one's digest: 8 bytes a word, and of 400,000
 * words one in 700 million others is taken for one.
 */
export class DigestSet {
  private readonly digests: Float64Array;
  // Unknown to a sender, who could otherwise search for a word that is taken for one on the list.
  private readonly salt = randomBytes(16).toString('hex');
  private filled = 0;

  constructor(size: number) {
    this.digests = new Float64Array(size);
  }

  add(word: string): void {
    this.digests[this.filled++] = this.digestOf(word);
  }

  /** To be called when all words are in. */
  finish(): void {
    this.digests.sort();
  }

  has(word: string): boolean {
    const { digests } = this;
    const wanted = this.digestOf(word);
    let first = 0;
    let last = digests.length;
    while (first < last) {
      const middle = (first + last) >>> 1;
      if ((digests[middle] as number) < wanted) first = middle + 1;
      else last = middle;
    }
    return digests[first] === wanted;
  }

  private digestOf(word: string): number {
    // Not as a Buffer: memory outside the heap for each word of a long list is given back late.
    return Number.parseInt(hash('sha256', this.salt + word, 'hex').slice(0, 12), 16);
  }
}
