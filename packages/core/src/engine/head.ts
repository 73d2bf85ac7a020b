import { LABELS } from '../labels.js';
import { type Model, tensorOf } from '../model/load.js';
import { FIXED_POINT } from './row-maker.js';

const L = LABELS.length;

/** What the network makes of the maxima of some positions: dense layer, logits, calibration. */
export class Head {
  /** The dense layer after ReLU, of the last call. */
  readonly hidden: Float64Array;
  /** The derivative of a label's logit by the dense layer, of the last {@link weightsOf}; zeros fill it to eights. */
  readonly gradient: Float64Array;
  private readonly weights: Float64Array;
  private readonly padded: Float64Array;
  /**
   * The dense kernel of the pooled features, for eight units at a time: for each eight, `3 × filters` × 8. The
   * features follow each other by width.
   */
  private readonly kernel: Float64Array;
  /** The features that ReLU leaves, and their values. */
  private readonly active: Int32Array;
  private readonly values: Float64Array;
  /** `hidden` × 6, times the calibration's weight of the deep part. */
  readonly output: Float64Array;
  /** The calibration's weight of the linear part. */
  readonly wide: Float64Array;
  readonly smoothing: number;
  readonly convolutionBias: Float64Array;
  private readonly denseBias: Float32Array;
  private readonly bias: Float64Array;

  constructor(model: Model) {
    const { dimensions: d, filters: f, hidden: h, wide } = model.manifest.network;
    const { calibration } = model.manifest;
    const dense = tensorOf(model, 'weights', 'dense/kernel', Float32Array, [3 * f + d, h]);
    this.active = new Int32Array(3 * f);
    this.values = new Float64Array(3 * f);
    this.padded = new Float64Array(Math.ceil(h / 8) * 8);
    this.hidden = this.padded.subarray(0, h);
    this.gradient = new Float64Array(this.padded.length);
    this.weights = new Float64Array(3 * f);
    this.kernel = new Float64Array(3 * f * this.padded.length);
    for (let feature = 0; feature < 3 * f; feature++) {
      for (let j = 0; j < h; j++) this.kernel[this.kernelAt(feature, j)] = dense[feature * h + j] as number;
    }
    this.denseBias = tensorOf(model, 'weights', 'dense/bias', Float32Array, [h]);
    this.convolutionBias = Float64Array.from(
      [1, 2, 3].flatMap((width) => [...tensorOf(model, 'weights', `conv${width}/bias`, Float32Array, [f])]),
    );
    const output = tensorOf(model, 'weights', 'logits/kernel', Float32Array, [h, L]);
    this.output = Float64Array.from(output, (value, at) => value * (calibration.deep[at % L] as number));
    const logitsBias = tensorOf(model, 'weights', 'logits/bias', Float32Array, [L]);
    const wideBias = tensorOf(model, 'weights', 'wide/bias', Float32Array, [L]);
    this.wide = Float64Array.from(calibration.wide);
    this.bias = Float64Array.from(
      calibration.bias,
      (value, label) =>
        value +
        (calibration.deep[label] as number) * (logitsBias[label] as number) +
        (calibration.wide[label] as number) * (wideBias[label] as number),
    );
    this.smoothing = wide.smoothing;
  }

  /**
   * Calibrated logits of some neighbouring words.
   *
   * @param maxima largest sum of each filter over the positions, fixed-point, `3 × filters`.
   * @param sums sums of the words' rows: `hidden`, then six.
   * @param words how many words, 1 or more.
   * @param logits receives six logits.
   */
  logits(maxima: Int32Array, sums: Float64Array, words: number, logits: Float64Array): void {
    const { hidden, denseBias, output } = this;
    const h = hidden.length;
    multiply(this.active, this.values, this.activate(maxima), this.kernel, this.padded);
    for (let j = 0; j < h; j++) {
      hidden[j] = (hidden[j] as number) + (denseBias[j] as number) + (sums[j] as number) / words;
    }
    const scale = 1 / (words + this.smoothing);
    for (let label = 0; label < L; label++) {
      logits[label] =
        (this.bias[label] as number) + (this.wide[label] as number) * scale * (sums[h + label] as number);
    }
    for (let j = 0; j < h; j++) {
      const value = hidden[j] as number;
      if (value <= 0) {
        hidden[j] = 0;
        continue;
      }
      for (let label = 0; label < L; label++) {
        logits[label] = (logits[label] as number) + value * (output[j * L + label] as number);
      }
    }
  }

  /**
   * How much each feature adds to a label's logit, by its value, at the dense layer's state of the last call; leaves
   * that layer's own derivative in `gradient`.
   *
   * @returns `3 × filters`, good until the next call.
   */
  weightsOf(label: number): Float64Array {
    const { hidden, output, gradient, kernel, weights } = this;
    for (let j = 0; j < hidden.length; j++) {
      gradient[j] = (hidden[j] as number) > 0 ? (output[j * L + label] as number) : 0;
    }
    weights.fill(0);
    for (let j = 0; j < gradient.length; j += 8) {
      const [a, b, c, d] = gradient.subarray(j, j + 4) as unknown as [number, number, number, number];
      const [e, f, g, h] = gradient.subarray(j + 4, j + 8) as unknown as [number, number, number, number];
      for (let feature = 0, at = this.kernelAt(0, j); feature < weights.length; feature++, at += 8) {
        const low = a * (kernel[at] as number) + b * (kernel[at + 1] as number);
        const low2 = c * (kernel[at + 2] as number) + d * (kernel[at + 3] as number);
        const high = e * (kernel[at + 4] as number) + f * (kernel[at + 5] as number);
        const high2 = g * (kernel[at + 6] as number) + h * (kernel[at + 7] as number);
        weights[feature] = (weights[feature] as number) + (low + low2 + (high + high2));
      }
    }
    return weights;
  }

  private kernelAt(feature: number, j: number): number {
    return (j - (j % 8)) * this.active.length + feature * 8 + (j % 8);
  }

  /** Lists the features above zero; gives how many there are. */
  private activate(maxima: Int32Array): number {
    const { active, values, convolutionBias } = this;
    let count = 0;
    for (let feature = 0; feature < active.length; feature++) {
      const value = (maxima[feature] as number) / FIXED_POINT + (convolutionBias[feature] as number);
      if (value <= 0) continue;
      active[count] = feature * 8;
      values[count++] = value;
    }
    return count;
  }
}

/** Multiplies the active features with the dense kernel, eight units' sums in registers at a time. */
function multiply(
  active: Int32Array,
  values: Float64Array,
  count: number,
  kernel: Float64Array,
  out: Float64Array,
): void {
  for (let j = 0; j < out.length; j += 8) {
    const first = j * active.length;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let index = 0; index < count; index++) {
      const value = values[index] as number;
      const at = (first + (active[index] as number)) | 0;
      a += value * (kernel[at] as number);
      b += value * (kernel[at + 1] as number);
      c += value * (kernel[at + 2] as number);
      d += value * (kernel[at + 3] as number);
      e += value * (kernel[at + 4] as number);
      f += value * (kernel[at + 5] as number);
      g += value * (kernel[at + 6] as number);
      h += value * (kernel[at + 7] as number);
    }
    out[j] = a;
    out[j + 1] = b;
    out[j + 2] = c;
    out[j + 3] = d;
    out[j + 4] = e;
    out[j + 5] = f;
    out[j + 6] = g;
    out[j + 7] = h;
  }
}
