import type { KerasPlan } from './keras-plan.js';
import { applySteps } from './keras-steps.js';

/** Rows that are added up at a time: most convolutions are no wider. */
const AT_ONCE = 5;

/** Where five rows begin. */
type Five = [a: number, b: number, c: number, d: number, e: number];

/**
 * Adds up the rows under each position of the convolution and pools the positions.
 *
 * @param rows entries of all slots; the row at offset 0 is of zeros.
 * @param offsets where the row of each place begins.
 */
export function poolRows(plan: KerasPlan, rows: Float32Array, offsets: Int32Array): Float64Array {
  const { convolution, positionSteps, pool, channels } = plan;
  const { width = 1, filters = channels, bias = new Float32Array(channels) } = convolution ?? {};
  const isMax = pool === 'max';
  const isPlain = positionSteps.length === 0;
  const pooled = new Float64Array(channels).fill(isMax ? Number.NEGATIVE_INFINITY : 0);
  const sums = new Float64Array(filters);
  const five: Five = [0, 0, 0, 0, 0];
  const last = offsets.length - width;
  /** How many places up to the end of the position have the same row. */
  let same = 0;
  for (let place = 0; place < width - 1; place++) same = offsets[place] === offsets[place - 1] ? same + 1 : 1;
  for (let first = 0; first <= last; first++) {
    const end = first + width - 1;
    same = offsets[end] === offsets[end - 1] ? same + 1 : 1;
    // The same rows as one position earlier: padding, mostly.
    if (isMax && same > width) continue;
    if (isMax && isPlain && width <= AT_ONCE) {
      startsOf(five, offsets, first, 0, width, filters);
      raiseByFive(rows, five, pooled);
      continue;
    }
    // A bias that is the same at all positions can wait until they are pooled.
    if (isPlain) sums.fill(0);
    else sums.set(bias);
    for (let place = 0; place < width; place += AT_ONCE) {
      startsOf(five, offsets, first, place, width, filters);
      addFive(rows, five, sums);
    }
    poolInto(pooled, applySteps(positionSteps, sums), isMax);
  }
  if (!isMax) for (let f = 0; f < channels; f++) pooled[f] = (pooled[f] as number) / (last + 1);
  if (isPlain) for (let f = 0; f < filters; f++) pooled[f] = (pooled[f] as number) + (bias[f] as number);
  return pooled;
}

/** Where the rows of five neighbouring places begin, each at its place of the width; past the width, the row of zeros. */
function startsOf(
  five: Five,
  offsets: Int32Array,
  first: number,
  from: number,
  width: number,
  filters: number,
): void {
  for (let i = 0; i < AT_ONCE; i++) {
    const place = from + i;
    five[i] = place < width ? (offsets[first + place] as number) + place * filters : 0;
  }
}

function raiseByFive(rows: Float32Array, [a, b, c, d, e]: Five, maxima: Float64Array): void {
  for (let f = 0; f < maxima.length; f++) {
    const left = (rows[a + f] as number) + (rows[b + f] as number) + (rows[c + f] as number);
    const sum = left + ((rows[d + f] as number) + (rows[e + f] as number));
    if (sum > (maxima[f] as number)) maxima[f] = sum;
  }
}

function addFive(rows: Float32Array, [a, b, c, d, e]: Five, sums: Float64Array): void {
  for (let f = 0; f < sums.length; f++) {
    const left = (rows[a + f] as number) + (rows[b + f] as number) + (rows[c + f] as number);
    sums[f] = (sums[f] as number) + (left + ((rows[d + f] as number) + (rows[e + f] as number)));
  }
}

function poolInto(pooled: Float64Array, values: Float64Array, isMax: boolean): void {
  for (let f = 0; f < pooled.length; f++) {
    const value = values[f] as number;
    if (!isMax) pooled[f] = (pooled[f] as number) + value;
    else if (value > (pooled[f] as number)) pooled[f] = value;
  }
}
