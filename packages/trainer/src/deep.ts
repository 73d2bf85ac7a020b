import * as tf from '@tensorflow/tfjs-node';
import { LABELS } from '@toxicity-guard/core/training';
import { AdamTable, biasCorrection } from './adam.js';
import { type Batch, makeBatch, planBatches } from './batches.js';
import { UNKNOWN } from './comments.js';
import type { Embeddings } from './embeddings.js';
import { deepLogits, type NetworkShape, PARAMETERS } from './network.js';
import type { Random } from './random.js';

const L = LABELS.length;
const OFFSETS = 'source_offsets';

/** How the deep part is trained. */
export interface DeepSettings {
  readonly learningRate: number;
  readonly epochs: number;
  /** Share of the dense layer's inputs that a step leaves out. */
  readonly dropout: number;
  /** Share of a batch's distinct words whose own vector a step leaves out. */
  readonly wordDropout: number;
  /** Share of the teacher's scores in the loss, 0 to 1 (Hinton et al. 2015), where there is a teacher. */
  readonly distillation: number;
}

/** What training reads. */
export interface DeepData {
  /** 0, 1 or unknown, 6 a comment. */
  readonly labels: Uint8Array;
  readonly source: readonly number[];
  readonly sourceCount: number;
  /** Whether a comment's source has the product's labels: then its offset stays 0. */
  readonly isReference: (row: number) => boolean;
  /** Share of the teacher's scores in a comment's loss, 0 to 1. */
  readonly distillationOf: (row: number) => number;
  readonly weightOf: (row: number) => number;
  /** Scores of a larger network for every comment and label, read as the reference source's raters would; NaN for none. */
  readonly teacher?: ArrayLike<number> | undefined;
}

/**
 * The deep part while it is trained. TensorFlow computes losses and gradients; values and Adam's state stay
 * outside, so that a checkpoint is a few arrays and a run goes on exactly where it stopped.
 */
export class DeepTrainer {
  /** Every trainable array but the vectors, by name. */
  readonly parameters: ReadonlyMap<string, AdamTable>;
  private readonly dimensions: Readonly<Record<string, readonly number[]>>;
  step = 0;

  constructor(
    readonly embeddings: Embeddings,
    readonly shape: NetworkShape,
    readonly data: DeepData,
    readonly settings: DeepSettings,
    random: Random,
  ) {
    // An offset per source and label, since sources mean different things by their labels; training only.
    this.dimensions = { ...PARAMETERS(shape), [OFFSETS]: [data.sourceCount, L] };
    const parameters = new Map<string, AdamTable>();
    for (const [name, dimensions] of Object.entries(this.dimensions)) {
      const size = dimensions.reduce((a, b) => a * b, 1);
      const fanOut = dimensions.at(-1) as number;
      const isKernel = dimensions.length > 1 && name !== OFFSETS;
      // Glorot and Bengio 2010.
      const limit = isKernel ? Math.sqrt(6 / (size / fanOut + fanOut)) : 0;
      const table = new AdamTable(1, size);
      for (let index = 0; index < size; index++) table.values[index] = (random.next() * 2 - 1) * limit;
      parameters.set(name, table);
    }
    this.parameters = parameters;
  }

  /**
   * One step of Adam on the comments in `rows`.
   *
   * @param progress share of the training that lies behind, 0 to 1; the learning rate falls with it to 2 %.
   * @returns their mean loss.
   */
  train(rows: Int32Array, progress: number, random: Random): number {
    const { embeddings, settings } = this;
    const batch = makeBatch(embeddings.encoded, rows);
    const keepOwn = Uint8Array.from(batch.words, () => (random.next() < settings.wordDropout ? 0 : 1));
    const seed = Math.floor(random.next() * 2 ** 31);
    const names = [...this.parameters.keys()];
    let loss = 0;
    let gradients: Float32Array[] = [];
    // Nothing is returned from `tidy`, which would search whole arrays for tensors, number by number.
    tf.tidy(() => {
      const vectors = this.vectors(batch, keepOwn);
      const lossOf = this.lossOf(batch, seed);
      const f = (vectors: tf.Tensor, ...rest: tf.Tensor[]): tf.Scalar =>
        lossOf(vectors as tf.Tensor2D, byName(names, rest));
      const { value, grads } = tf.valueAndGrads(f)([vectors, ...Object.values(this.tensors())]);
      loss = value.dataSync()[0] as number;
      gradients = grads.map((gradient) => gradient.dataSync() as Float32Array);
    });
    const [vectorGradient, ...others] = gradients as [Float32Array, ...Float32Array[]];
    this.step++;
    const rate = settings.learningRate * Math.max(0.02, 1 - progress) * biasCorrection(this.step);
    for (const [index, name] of names.entries()) {
      (this.parameters.get(name) as AdamTable).update(0, others[index] as Float32Array, 0, rate);
    }
    embeddings.update(batch.words, keepOwn, vectorGradient, rate);
    return loss;
  }

  /** Logits of comments, with the reference source's meaning of the labels; `rows.length` × 6. */
  predict(rows: readonly number[]): Float32Array {
    const place = new Map(rows.map((row, index) => [row, index]));
    const out = new Float32Array(rows.length * L);
    for (const some of planBatches(this.embeddings.encoded, rows)) {
      const batch = makeBatch(this.embeddings.encoded, some);
      let logits = new Float32Array();
      tf.tidy(() => {
        const vectors = this.vectors(batch);
        const tensor = deepLogits(this.tensors(), vectors, slotsOf(batch), lengthsOf(batch));
        logits = tensor.dataSync() as Float32Array<ArrayBuffer>;
      });
      for (let index = 0; index < some.length; index++) {
        const to = place.get(some[index] as number) as number;
        out.set(logits.subarray(index * L, index * L + L), to * L);
      }
    }
    return out;
  }

  private tensors(): Record<string, tf.Tensor> {
    const tensors: Record<string, tf.Tensor> = {};
    for (const [name, { values }] of this.parameters) {
      tensors[name] = tf.tensor(values, this.dimensions[name] as number[]);
    }
    return tensors;
  }

  private vectors(batch: Batch, keepOwn?: Uint8Array): tf.Tensor2D {
    const { dimensions } = this.embeddings;
    const vectors = new Float32Array((batch.words.length + 1) * dimensions);
    vectors.set(this.embeddings.lookUp(batch.words, keepOwn));
    return tf.tensor2d(vectors, [batch.words.length + 1, dimensions]);
  }

  /** The loss of a batch as a function of vectors and parameters. */
  private lossOf(
    batch: Batch,
    seed: number,
  ): (vectors: tf.Tensor2D, parameters: Record<string, tf.Tensor>) => tf.Scalar {
    const { data, settings } = this;
    const { rows } = batch;
    const count = rows.length;
    const softShareAt = (at: number, row: number): number =>
      Number.isNaN(data.teacher?.[at] ?? Number.NaN) ? 0 : data.distillationOf(row);
    const targets = new Float32Array(count * L);
    const weights = new Float32Array(count * L);
    const softTargets = new Float32Array(count * L);
    const softWeights = new Float32Array(count * L);
    for (let index = 0; index < count * L; index++) {
      const row = rows[Math.floor(index / L)] as number;
      const at = row * L + (index % L);
      const target = data.labels[at] as number;
      targets[index] = target === UNKNOWN ? 0 : target;
      weights[index] = target === UNKNOWN ? 0 : data.weightOf(row) * (1 - softShareAt(at, row));
      softTargets[index] = data.teacher?.[at] || 0;
      softWeights[index] = softShareAt(at, row) * data.weightOf(row);
    }
    const column = (of: (row: number) => number): tf.Tensor2D =>
      tf.tensor2d(Float32Array.from(rows, of), [count, 1]);
    const y = tf.tensor2d(targets, [count, L]);
    const w = tf.tensor2d(weights, [count, L]);
    const softY = tf.tensor2d(softTargets, [count, L]);
    const softW = tf.tensor2d(softWeights, [count, L]);
    const hasOffset = column((row) => (data.isReference(row) ? 0 : 1));
    const sources = tf.tensor1d(
      Int32Array.from(rows, (row) => data.source[row] as number),
      'int32',
    );
    const slots = slotsOf(batch);
    const lengths = lengthsOf(batch);
    return (vectors, parameters) => {
      const dropout = { rate: settings.dropout, seed };
      const logits = deepLogits(parameters, vectors, slots, lengths, dropout);
      const offsets = tf.gather(parameters[OFFSETS] as tf.Tensor2D, sources).mul(hasOffset);
      const hard = logLoss(logits.add(offsets), y).mul(w).sum();
      const soft = logLoss(logits, softY).mul(softW).sum();
      return hard.add(soft).div(count) as tf.Scalar;
    };
  }
}

function byName(names: readonly string[], tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries(names.map((name, index) => [name, tensors[index] as tf.Tensor]));
}

function slotsOf(batch: Batch): tf.Tensor2D {
  return tf.tensor2d(batch.slots, [batch.rows.length, batch.width], 'int32');
}

function lengthsOf(batch: Batch): tf.Tensor1D {
  const lengths = batch.lengths.map((length) => Math.max(1, length));
  return tf.tensor1d(lengths, 'int32');
}

/** log(1 + e^-|x|) + max(x, 0) - x·y: the log loss of logits `x` without overflow. */
function logLoss(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  return tf.relu(logits).sub(logits.mul(targets)).add(tf.softplus(logits.abs().neg()));
}
