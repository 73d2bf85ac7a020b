const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/**
 * A table of trainable rows under lazy Adam: only the rows that a step touches are read or written, as those
 * of most words are untouched in most steps (Kingma and Ba 2015; TensorFlow's LazyAdam).
 */
export class AdamTable {
  /** `rows` × `width`. */
  readonly values: Float32Array;
  /** Adam's running means of the gradient and of its square. */
  readonly first: Float32Array;
  readonly second: Float32Array;

  constructor(
    rows: number,
    readonly width: number,
  ) {
    this.values = new Float32Array(rows * width);
    this.first = new Float32Array(rows * width);
    this.second = new Float32Array(rows * width);
  }

  /**
   * One step on one row.
   *
   * @param gradient holds the row's gradient from index `at` on.
   * @param rate the learning rate, {@link biasCorrection} included.
   */
  update(row: number, gradient: Float32Array, at: number, rate: number): void {
    const { values, first, second, width } = this;
    const start = row * width;
    for (let index = 0; index < width; index++) {
      const g = gradient[at + index] as number;
      const m = BETA1 * (first[start + index] as number) + (1 - BETA1) * g;
      const v = BETA2 * (second[start + index] as number) + (1 - BETA2) * g * g;
      first[start + index] = m;
      second[start + index] = v;
      values[start + index] = (values[start + index] as number) - (rate * m) / (Math.sqrt(v) + EPSILON);
    }
  }
}

/** What Adam's learning rate is multiplied by at a step, counted from 1, for its means begin at zero. */
export function biasCorrection(step: number): number {
  return Math.sqrt(1 - BETA2 ** step) / (1 - BETA1 ** step);
}
