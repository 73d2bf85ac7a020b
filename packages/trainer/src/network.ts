import * as tf from '@tensorflow/tfjs-node';
import { LABELS } from '@toxicity-guard/core/training';

/** The shape of the deep part. */
export interface NetworkShape {
  /** Length of a word's vector. */
  readonly dimensions: number;
  /** Filters of each of the widths 1, 2 and 3. */
  readonly filters: number;
  /** Units of the dense layer. */
  readonly hidden: number;
}

/** Trainable arrays of the network, by name; kernels as Keras lays them out. */
export const PARAMETERS = (shape: NetworkShape): Record<string, number[]> => ({
  'conv1/kernel': [1, shape.dimensions, shape.filters],
  'conv2/kernel': [2, shape.dimensions, shape.filters],
  'conv3/kernel': [3, shape.dimensions, shape.filters],
  'conv1/bias': [shape.filters],
  'conv2/bias': [shape.filters],
  'conv3/bias': [shape.filters],
  'dense/kernel': [3 * shape.filters + shape.dimensions, shape.hidden],
  'dense/bias': [shape.hidden],
  'logits/kernel': [shape.hidden, LABELS.length],
  'logits/bias': [LABELS.length],
});

/** Named tensors of {@link PARAMETERS}' shapes. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

function parameter(parameters: Parameters, name: string): tf.Tensor {
  const tensor = parameters[name];
  if (tensor === undefined) throw new Error(`The network has no parameter ${name}`);
  return tensor;
}

/**
 * The deep part as a TensorFlow graph: convolutions of widths 1, 2 and 3 with "same" padding, ReLU, maximum
 * over the positions of the text (Kim 2014), beside them the mean vector; a dense ReLU layer; six logits.
 *
 * @param vectors words × dimensions, the last row all zero: it stands for "no word".
 * @param slots batch × width, rows of `vectors`.
 * @param lengths batch, words of each text, at least 1.
 * @returns batch × 6.
 */
export function deepLogits(
  parameters: Parameters,
  vectors: tf.Tensor2D,
  slots: tf.Tensor2D,
  lengths: tf.Tensor1D,
  dropout?: { rate: number; seed: number },
): tf.Tensor2D {
  return tf.tidy(() => {
    const width = slots.shape[1];
    const words = (tf.gather(vectors, slots) as tf.Tensor).as3D(slots.shape[0], width, vectors.shape[1]);
    const mask = tf
      .range(0, width, 1, 'float32')
      .expandDims(0)
      .less(lengths.expandDims(1))
      .expandDims(2)
      .toFloat();
    const pooled = [1, 2, 3].map((size) => {
      const kernel = parameter(parameters, `conv${size}/kernel`) as tf.Tensor3D;
      const convolved = tf.conv1d(words, kernel, 1, 'same').add(parameter(parameters, `conv${size}/bias`));
      // ReLU after the maximum is the same, as positions past the end are 0, and reads less memory.
      return convolved.mul(mask).max(1).relu();
    });
    const mean = words.sum(1).div(lengths.expandDims(1).toFloat());
    let features = tf.concat([...pooled, mean], 1);
    if (dropout !== undefined) features = tf.dropout(features, dropout.rate, undefined, dropout.seed);
    const hidden = tf
      .matMul(features as tf.Tensor2D, parameter(parameters, 'dense/kernel') as tf.Tensor2D)
      .add(parameter(parameters, 'dense/bias'))
      .relu();
    return tf
      .matMul(hidden as tf.Tensor2D, parameter(parameters, 'logits/kernel') as tf.Tensor2D)
      .add(parameter(parameters, 'logits/bias')) as tf.Tensor2D;
  });
}
