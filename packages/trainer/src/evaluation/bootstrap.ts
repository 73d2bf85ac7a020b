import { Random } from '../random.js';

/** A figure with the interval that 95 % of the resamples fall into; `null` where it cannot be had. */
export interface Figure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The tails that an interval leaves out, each 2.5 %. */
const TAIL = 0.025;
/** A figure that more than this share of the resamples lacks, for want of a class, gets no interval. */
const LARGEST_GAP = 0.05;

/** What {@link bootstrap} needs. */
export interface BootstrapOptions {
  /** How many rows there are to draw from. */
  readonly rows: number;
  /** How many times to draw them all anew, 0 for no intervals. */
  readonly resamples: number;
  readonly seed: number;
  /** Called with the resamples done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Percentile intervals (Efron 1979): the rows are drawn anew with replacement, and every figure is taken of each
 * such resample. One resample serves all figures, so that hundreds of them cost one pass.
 *
 * @param measure takes all figures under the weights given, how often each row was drawn; without weights, of
 * the rows as they are. NaN stands for a figure that cannot be had.
 * @returns the figures in `measure`'s order.
 */
export function bootstrap(
  { rows, resamples, seed, onProgress }: BootstrapOptions,
  measure: (weights?: Uint16Array) => readonly number[],
): Figure[] {
  const values = measure();
  const samples = values.map(() => new Float64Array(resamples));
  const random = new Random(seed);
  const weights = new Uint16Array(rows);
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let drawn = 0; drawn < rows; drawn++) {
      const row = Math.floor(random.next() * rows);
      weights[row] = (weights[row] as number) + 1;
    }
    for (const [figure, value] of measure(weights).entries()) {
      (samples[figure] as Float64Array)[resample] = value;
    }
    onProgress?.(resample + 1);
  }
  return values.map((value, figure) => toFigure(value, samples[figure] as Float64Array));
}

function toFigure(value: number, samples: Float64Array): Figure {
  if (Number.isNaN(value)) return { value: null, low: null, high: null };
  const known = samples.filter((sample) => !Number.isNaN(sample)).sort();
  if (known.length === 0 || known.length < samples.length * (1 - LARGEST_GAP)) {
    return { value, low: null, high: null };
  }
  return { value, low: percentile(known, TAIL), high: percentile(known, 1 - TAIL) };
}

/**
 * A percentile, with straight lines between the values, as NumPy takes it.
 *
 * @param sorted at least one value, the lowest first.
 * @param share 0 to 1.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}
