import { LABELS } from '../labels.js';
import { type Model, tensorOf } from '../model/load.js';
import { hashNgrams, hashWord } from '../text/hash.js';
import type { RankOf } from '../text/resolve.js';
import { resolve } from '../text/resolve.js';
import type { WordVectors } from '../vocabulary/word-vectors.js';

const L = LABELS.length;

/**
 * Rows of fixed-point numbers: a step of 2⁻²⁰ is a thousand times finer than the figures they add up to,
 * and three entries of up to ±256 stay within 31 bits.
 */
export const FIXED_POINT = 2 ** 20;
const LARGEST = 256;

/**
 * Folds words into rows. A convolution sums `W[j] · e(word)` over offsets `j`, and each product depends on
 * one word alone: so it is computed once per word and kept. A row holds, for each filter, the products of
 * width 1, of width 2 at its two offsets and of width 3 at its three; beside them what the word adds to the
 * dense layer through the mean vector, and to the logits through the linear part.
 */
export class RowMaker {
  /** Fixed-point entries of a row: six for each filter, side by side, as they are read together. */
  readonly entries: number;
  /** Sums of a row: `hidden` of the dense layer, then six logits. */
  readonly sums: number;
  private readonly dimensions: number;
  private readonly kernels: Float32Array;
  private readonly meanKernel: Float32Array;
  private readonly ngramVectors: Int8Array;
  private readonly ngramScales: Float32Array;
  private readonly wide: Int8Array;
  private readonly wideScales: Float32Array;
  private readonly vector: Float64Array;
  private readonly products: Float64Array;
  private readonly hashes: number[] = [];
  private readonly rankOf: RankOf;

  constructor(
    private readonly model: Model,
    private readonly vocabulary: WordVectors,
  ) {
    const { dimensions: d, filters: f, hidden: h, ngrams, wide } = model.manifest.network;
    this.entries = 6 * f;
    this.sums = h + L;
    this.dimensions = d;
    // A multiple of four, the last zeros, since four are multiplied at a time.
    this.vector = new Float64Array(Math.ceil(d / 4) * 4);
    // By dimensions × 6f, so that one pass over the vector adds to all products in order.
    this.kernels = new Float32Array(this.vector.length * 6 * f);
    let block = 0;
    for (const width of [1, 2, 3]) {
      const kernel = tensorOf(model, 'weights', `conv${width}/kernel`, Float32Array, [width, d, f]);
      for (let offset = 0; offset < width; offset++, block++) {
        for (let at = 0; at < d; at++) {
          for (let k = 0; k < f; k++) {
            this.kernels[(at * f + k) * 6 + block] = kernel[(offset * d + at) * f + k] as number;
          }
        }
      }
    }
    const dense = tensorOf(model, 'weights', 'dense/kernel', Float32Array, [3 * f + d, h]);
    this.meanKernel = dense.subarray(3 * f * h);
    this.ngramVectors = tensorOf(model, 'weights', 'ngrams/vectors', Int8Array, [ngrams.buckets, d]);
    this.ngramScales = tensorOf(model, 'weights', 'ngrams/scales', Float32Array, [ngrams.buckets]);
    this.wide = tensorOf(model, 'weights', 'wide/weights', Int8Array, [wide.buckets, L]);
    this.wideScales = tensorOf(model, 'weights', 'wide/scales', Float32Array, [L]);
    this.products = new Float64Array(6 * f);
    this.rankOf = (word) => vocabulary.rankOf(word);
  }

  /**
   * Makes the row of a token.
   *
   * @param entries,sums receive the row.
   * @returns the hash of the word that the token stands for.
   */
  make(token: string, entries: Int32Array, sums: Float32Array): number {
    const word = resolve(token, this.rankOf, this.vocabulary.common);
    this.readVector(word);
    this.multiply(entries, sums);
    return this.addWide(word, sums);
  }

  /** `vector` = the word's own vector + the mean of its n-grams' vectors. */
  private readVector(word: string): void {
    const { vector, dimensions, ngramVectors, ngramScales } = this;
    const { shortest, longest, buckets } = this.model.manifest.network.ngrams;
    vector.fill(0);
    const hashes = hashNgrams(word, shortest, longest, this.hashes);
    for (let index = 0; index < hashes.length; index++) {
      const bucket = (hashes[index] as number) & (buckets - 1);
      const scale = (ngramScales[bucket] as number) / hashes.length;
      const start = bucket * dimensions;
      for (let at = 0; at < dimensions; at++) {
        vector[at] = (vector[at] as number) + scale * (ngramVectors[start + at] as number);
      }
    }
    this.vocabulary.addVector(word, vector);
  }

  private multiply(entries: Int32Array, sums: Float32Array): void {
    const { vector, dimensions, kernels, meanKernel, products } = this;
    const hidden = this.sums - L;
    const size = products.length;
    products.fill(0);
    sums.fill(0);
    for (let at = 0; at < vector.length; at += 4) {
      const a = vector[at] as number;
      const b = vector[at + 1] as number;
      const c = vector[at + 2] as number;
      const d = vector[at + 3] as number;
      const row = at * size;
      for (let k = 0; k < size; k++) {
        products[k] =
          (products[k] as number) +
          (a * (kernels[row + k] as number) + b * (kernels[row + size + k] as number)) +
          (c * (kernels[row + 2 * size + k] as number) + d * (kernels[row + 3 * size + k] as number));
      }
    }
    for (let at = 0; at < dimensions; at++) {
      const value = vector[at] as number;
      for (let j = 0; j < hidden; j++) {
        sums[j] = (sums[j] as number) + value * (meanKernel[at * hidden + j] as number);
      }
    }
    for (let k = 0; k < size; k++) {
      const bounded = Math.max(-LARGEST, Math.min(LARGEST, products[k] as number));
      entries[k] = Math.round(bounded * FIXED_POINT);
    }
  }

  private addWide(word: string, sums: Float32Array): number {
    const { shortest, longest, buckets } = this.model.manifest.network.wide;
    const hash = hashWord(word);
    this.addWeights(hash & (buckets - 1), 1, sums);
    const hashes = hashNgrams(word, shortest, longest, this.hashes);
    const value = 1 / Math.sqrt(hashes.length);
    for (let index = 0; index < hashes.length; index++) {
      this.addWeights((hashes[index] as number) & (buckets - 1), value, sums);
    }
    return hash;
  }

  private addWeights(bucket: number, value: number, sums: Float32Array): void {
    const first = sums.length - L;
    for (let label = 0; label < L; label++) {
      const weight = (this.wide[bucket * L + label] as number) * (this.wideScales[label] as number);
      sums[first + label] = (sums[first + label] as number) + value * weight;
    }
  }
}
