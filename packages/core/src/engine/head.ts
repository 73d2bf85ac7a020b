import { LABELS } from '../labels.js';
import { type Model, tensorOf } from '../model/load.js';
import { FIXED_POINT } from './row-maker.js';

const L = LABELS.length;

/** What the network makes of the maxima of some positions: dense layer, logits, calibration. */
export class Head {
  /** The dense layer after ReLU, of the last call. */
  readonly hidden: Float64Array;
  /** `3 × filters` × `hidden`: the dense kernel of the pooled features, which follow each other by width. */
  readonly kernel: Float32Array;
  /** `hidden` × 6, times the calibration's weight of the deep part. */
  readonly output: Float64Array;
  /** The calibration's weight of the linear part. */
  readonly wide: Float64Array;
  readonly smoothing: number;
  readonly convolutionBias: Float64Array;
  private readonly denseBias: Float32Array;
  private readonly bias: Float64Array;

  constructor({ manifest, weights }: Model) {
    const { dimensions: d, filters: f, hidden: h, wide } = manifest.network;
    const { calibration } = manifest;
    this.hidden = new Float64Array(h);
    this.kernel = tensorOf(weights, 'dense/kernel', Float32Array, [3 * f + d, h]).subarray(0, 3 * f * h);
    this.denseBias = tensorOf(weights, 'dense/bias', Float32Array, [h]);
    this.convolutionBias = Float64Array.from(
      [1, 2, 3].flatMap((width) => [...tensorOf(weights, `conv${width}/bias`, Float32Array, [f])]),
    );
    const output = tensorOf(weights, 'logits/kernel', Float32Array, [h, L]);
    this.output = Float64Array.from(output, (value, at) => value * (calibration.deep[at % L] as number));
    const logitsBias = tensorOf(weights, 'logits/bias', Float32Array, [L]);
    const wideBias = tensorOf(weights, 'wide/bias', Float32Array, [L]);
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
    const { hidden, kernel, denseBias, convolutionBias, output } = this;
    const h = hidden.length;
    for (let j = 0; j < h; j++) hidden[j] = (denseBias[j] as number) + (sums[j] as number) / words;
    // ReLU leaves zeros, and a zero adds nothing; four at a time where it does not.
    for (let k = 0; k < convolutionBias.length; k += 4) {
      const a = Math.max(0, (maxima[k] as number) / FIXED_POINT + (convolutionBias[k] as number));
      const b = Math.max(0, (maxima[k + 1] as number) / FIXED_POINT + (convolutionBias[k + 1] as number));
      const c = Math.max(0, (maxima[k + 2] as number) / FIXED_POINT + (convolutionBias[k + 2] as number));
      const d = Math.max(0, (maxima[k + 3] as number) / FIXED_POINT + (convolutionBias[k + 3] as number));
      if (a + b + c + d === 0) continue;
      const row = k * h;
      for (let j = 0; j < h; j++) {
        hidden[j] =
          (hidden[j] as number) +
          (a * (kernel[row + j] as number) + b * (kernel[row + h + j] as number)) +
          (c * (kernel[row + 2 * h + j] as number) + d * (kernel[row + 3 * h + j] as number));
      }
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
}
