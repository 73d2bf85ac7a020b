import { hashPair, LABELS } from '@toxicity-guard/core/training';
import { UNKNOWN } from './comments.js';
import { type Encoded, ngramsOf, wordHashes } from './encode.js';
import type { Random } from './random.js';

const L = LABELS.length;

/** How the linear part is made and trained. */
export interface WideSettings {
  /** Weights per label, a power of two; features are hashed into them (Weinberger et al. 2009). */
  readonly buckets: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Strength of L2 regularisation, per step on the weights it touches. */
  readonly l2: number;
  /** Share of the teacher's scores in the targets, 0 to 1, where there is a teacher. */
  readonly distillation: number;
  /** A feature must stand in so many training comments; the rest keep weight 0. */
  readonly minCount: number;
}

/** A linear model on hashed words, pairs of words and character 2-5-grams. */
export interface Wide {
  /** `buckets` × 6. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Added to a comment's words before its sum is divided by them, so that one word alone is not certainty. */
export const WIDE_SMOOTHING = 4;
/** Sets the size of a step against the size of the weights; stored models have it multiplied in. */
export const WIDE_GAIN = 6;

/** What the sum over a comment's features is multiplied by: length alone must not raise a score. */
export function wideScale(words: number): number {
  return WIDE_GAIN / (words + WIDE_SMOOTHING);
}

/** The features of words and of their n-grams, made once for all comments. */
export class WideFeatures {
  readonly hashes: Uint32Array;
  readonly ngrams: { offsets: Int32Array; buckets: Int32Array };

  constructor(
    readonly encoded: Encoded,
    readonly buckets: number,
  ) {
    this.hashes = wordHashes(encoded.words);
    this.ngrams = ngramsOf(encoded.words, 2, 5, buckets);
  }

  /** Calls `use` with each feature of a comment and its weight before the division by length. */
  each(row: number, use: (bucket: number, value: number) => void): void {
    const { ids, offsets } = this.encoded;
    const start = offsets[row] as number;
    const end = offsets[row + 1] as number;
    const mask = this.buckets - 1;
    for (let at = start; at < end; at++) {
      const id = ids[at] as number;
      const hash = this.hashes[id] as number;
      use(hash & mask, 1);
      if (at + 1 < end) use(hashPair(hash, this.hashes[ids[at + 1] as number] as number) & mask, 1);
      const first = this.ngrams.offsets[id] as number;
      const last = this.ngrams.offsets[id + 1] as number;
      const value = 1 / Math.sqrt(last - first);
      for (let index = first; index < last; index++) use(this.ngrams.buckets[index] as number, value);
    }
  }

  /** In how many of the comments each bucket is touched. */
  counts(rows: readonly number[]): Int32Array {
    const counts = new Int32Array(this.buckets);
    const seen = new Int32Array(this.buckets).fill(-1);
    for (const row of rows) {
      this.each(row, (bucket) => {
        if (seen[bucket] === row) return;
        seen[bucket] = row;
        counts[bucket] = (counts[bucket] as number) + 1;
      });
    }
    return counts;
  }
}

/** The linear model's logits for one comment. */
export function wideLogits(wide: Wide, features: WideFeatures, row: number, out: Float64Array): Float64Array {
  out.fill(0);
  features.each(row, (bucket, value) => {
    for (let label = 0; label < L; label++) {
      out[label] = (out[label] as number) + value * (wide.weights[bucket * L + label] as number);
    }
  });
  const words = (features.encoded.offsets[row + 1] as number) - (features.encoded.offsets[row] as number);
  const scale = wideScale(words);
  for (let label = 0; label < L; label++) {
    out[label] = (out[label] as number) * scale + (wide.bias[label] as number);
  }
  return out;
}

/**
 * Trains by stochastic gradient descent with AdaGrad (Duchi et al. 2011) on the masked log loss.
 *
 * @param rows training comments.
 * @param targets of all comments, 0 to 1 or {@link UNKNOWN}, 6 a row.
 */
export function trainWide(
  features: WideFeatures,
  rows: readonly number[],
  targets: ArrayLike<number>,
  weightOf: (row: number) => number,
  settings: WideSettings,
  random: Random,
  onProgress: (done: number, total: number) => void = () => {},
): Wide {
  const { buckets } = settings;
  const weights = new Float32Array(buckets * L);
  const squares = new Float32Array(buckets * L).fill(1e-3);
  const bias = new Float32Array(L).fill(-2);
  const biasSquares = new Float32Array(L).fill(1e-3);
  const rare = features.counts(rows).map((count) => (count < settings.minCount ? 1 : 0));
  const wide = { weights, bias };
  const logits = new Float64Array(L);
  const gradient = new Float64Array(L);
  const order = Int32Array.from(rows);
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    random.shuffle(order);
    for (let step = 0; step < order.length; step++) {
      const row = order[step] as number;
      if (step % 256 === 0) onProgress(epoch * order.length + step, settings.epochs * order.length);
      const rate = settings.learningRate * (1 - (epoch + step / order.length) / settings.epochs) + 1e-4;
      const words = (features.encoded.offsets[row + 1] as number) - (features.encoded.offsets[row] as number);
      if (words === 0) continue;
      const scale = wideScale(words);
      wideLogits(wide, features, row, logits);
      const weight = weightOf(row);
      for (let label = 0; label < L; label++) {
        const target = targets[row * L + label] as number;
        const error = target === UNKNOWN ? 0 : 1 / (1 + Math.exp(-(logits[label] as number))) - target;
        const g = error * weight;
        gradient[label] = g * scale;
        biasSquares[label] = (biasSquares[label] as number) + g * g;
        bias[label] = (bias[label] as number) - (rate * g) / Math.sqrt(biasSquares[label] as number);
      }
      features.each(row, (bucket, value) => {
        if (rare[bucket] === 1) return;
        for (let label = 0; label < L; label++) {
          const at = bucket * L + label;
          const old = weights[at] as number;
          const g = (gradient[label] as number) * value + settings.l2 * old;
          if (g === 0) continue;
          const square = (squares[at] as number) + g * g;
          squares[at] = square;
          weights[at] = old - (rate * g) / Math.sqrt(square);
        }
      });
    }
  }
  return wide;
}
