import { AdamTable } from './adam.js';
import type { Encoded, Ngrams } from './encode.js';
import type { Random } from './random.js';

/**
 * Word vectors: `e(word)` = the word's own vector, where the vocabulary holds it, plus the mean of its
 * hashed character n-gram vectors (Bojanowski et al. 2017). They live outside TensorFlow: a step needs a
 * few thousand rows of a hundred thousand, and updating those by hand is many times cheaper than a dense
 * optimiser over all.
 */
export class Embeddings {
  readonly own: AdamTable;
  readonly buckets: AdamTable;
  private readonly slotOfBucket: Int32Array;

  constructor(
    readonly encoded: Encoded,
    readonly ngrams: Ngrams,
    bucketCount: number,
    readonly dimensions: number,
    random: Random,
  ) {
    this.own = new AdamTable(encoded.vocabularySize, dimensions);
    this.buckets = new AdamTable(bucketCount, dimensions);
    for (const table of [this.own, this.buckets]) {
      const { values } = table;
      for (let index = 0; index < values.length; index++) values[index] = random.normal() * 0.1;
    }
    this.slotOfBucket = new Int32Array(bucketCount).fill(-1);
  }

  /**
   * Vectors of some words.
   *
   * @param keepOwn per word, 0 to leave the own vector out (dropout, so that n-grams learn to stand alone).
   * @returns `words.length` × `dimensions`.
   */
  lookUp(words: Int32Array, keepOwn?: Uint8Array): Float32Array {
    const { dimensions } = this;
    const out = new Float32Array(words.length * dimensions);
    for (let slot = 0; slot < words.length; slot++) {
      const word = words[slot] as number;
      const to = slot * dimensions;
      const first = this.ngrams.offsets[word] as number;
      const last = this.ngrams.offsets[word + 1] as number;
      for (let at = first; at < last; at++) {
        const from = (this.ngrams.buckets[at] as number) * dimensions;
        for (let index = 0; index < dimensions; index++) {
          out[to + index] = (out[to + index] as number) + (this.buckets.values[from + index] as number);
        }
      }
      const share = last > first ? 1 / (last - first) : 0;
      const own = word < this.encoded.vocabularySize && keepOwn?.[slot] !== 0 ? word * dimensions : -1;
      for (let index = 0; index < dimensions; index++) {
        const mean = (out[to + index] as number) * share;
        out[to + index] = own < 0 ? mean : mean + (this.own.values[own + index] as number);
      }
    }
    return out;
  }

  /** Applies the gradient of {@link lookUp}'s result. `rate` is Adam's, bias correction included. */
  update(words: Int32Array, keepOwn: Uint8Array, gradient: Float32Array, rate: number): void {
    const { dimensions } = this;
    const touched: number[] = [];
    for (let slot = 0; slot < words.length; slot++) {
      const word = words[slot] as number;
      if (word < this.encoded.vocabularySize && keepOwn[slot] !== 0) {
        this.own.update(word, gradient, slot * dimensions, rate);
      }
      for (
        let at = this.ngrams.offsets[word] as number;
        at < (this.ngrams.offsets[word + 1] as number);
        at++
      ) {
        const bucket = this.ngrams.buckets[at] as number;
        if ((this.slotOfBucket[bucket] as number) < 0) {
          this.slotOfBucket[bucket] = touched.push(bucket) - 1;
        }
      }
    }
    const sums = new Float32Array(touched.length * dimensions);
    for (let slot = 0; slot < words.length; slot++) {
      const word = words[slot] as number;
      const first = this.ngrams.offsets[word] as number;
      const last = this.ngrams.offsets[word + 1] as number;
      const share = 1 / (last - first);
      const from = slot * dimensions;
      for (let at = first; at < last; at++) {
        const to = (this.slotOfBucket[this.ngrams.buckets[at] as number] as number) * dimensions;
        for (let index = 0; index < dimensions; index++) {
          sums[to + index] = (sums[to + index] as number) + share * (gradient[from + index] as number);
        }
      }
    }
    for (let slot = 0; slot < touched.length; slot++) {
      const bucket = touched[slot] as number;
      this.buckets.update(bucket, sums, slot * dimensions, rate);
      this.slotOfBucket[bucket] = -1;
    }
  }
}
