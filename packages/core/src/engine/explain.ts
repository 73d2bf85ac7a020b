import { LABELS } from '../labels.js';
import type { FoldedNetwork, Part } from './folded.js';
import { FIXED_POINT } from './row-maker.js';

const L = LABELS.length;

/** Finds the first word, or that in the middle of three, at which each filter has its maximum in a part. */
export function findMaxima({ rows, offsets, maxima, filters, places }: FoldedNetwork, part: Part): void {
  const { entries } = rows;
  const last = part.first + part.words - 1;
  for (let width = 1; width <= 3; width++) {
    // Where the first of a filter's words stands in `offsets`, which has a place before the first word.
    const shift = width === 3 ? 0 : 1;
    for (let k = 0; k < filters; k++) {
      const feature = (width - 1) * filters + k;
      const maximum = maxima[feature] as number;
      const column = firstColumn(k, width);
      let at = part.first;
      for (; at < last; at++) {
        let sum = 0;
        for (let offset = 0; offset < width; offset++) {
          sum += entries[(offsets[at + shift + offset] as number) + column + offset] as number;
        }
        if (sum === maximum) break;
      }
      places[feature] = at;
    }
  }
}

/** Where a filter's entries of a width begin in a row. */
function firstColumn(filter: number, width: number): number {
  return 6 * filter + (width * (width - 1)) / 2;
}

/**
 * Shares one label's logit out among the words of a part: gradient times input (Shrikumar et al. 2016), which
 * is exact here but for the ReLUs' kinks. A filter's value goes to the words under its maximum, the mean
 * vector's and the linear part's to each word, a pair's half and half.
 *
 * @param network after its head has judged this part, and {@link findMaxima} has found its `places`.
 * @param contributions receives each word's share, at its place in the window.
 */
export function explainPart(
  network: FoldedNetwork,
  part: Part,
  label: number,
  contributions: Float64Array,
): void {
  const { head, rows, offsets, maxima, places, filters } = network;
  const { entries } = rows;
  const last = part.first + part.words;
  const weights = head.weightsOf(label);
  for (let width = 1; width <= 3; width++) {
    const first = (width - 1) * filters;
    for (let k = 0; k < filters; k++) {
      const weight = weights[first + k] as number;
      const maximum = maxima[first + k] as number;
      const isActive = maximum / FIXED_POINT + (head.convolutionBias[first + k] as number) > 0;
      if (!isActive || weight === 0) continue;
      const column = firstColumn(k, width);
      const place = (places[first + k] as number) - (width === 3 ? 1 : 0);
      for (let offset = 0; offset < width; offset++) {
        const position = place + offset;
        if (position < part.first || position >= last) continue;
        const entry = entries[(offsets[position + 1] as number) + column + offset] as number;
        contributions[position] = (contributions[position] as number) + (weight * entry) / FIXED_POINT;
      }
    }
  }
  shareSums(network, part, label, contributions);
}

/** Gives each word what its sums add, and a half of what its pairs do. */
function shareSums(
  network: FoldedNetwork,
  { first, words }: Part,
  label: number,
  contributions: Float64Array,
): void {
  const { head, rows, slots } = network;
  const { gradient, smoothing } = head;
  const h = head.hidden.length;
  const wide = (head.wide[label] as number) / (words + smoothing);
  const last = first + words;
  for (let position = first; position < last; position++) {
    const row = (slots[position + 1] as number) * (h + L);
    let mean = 0;
    for (let j = 0; j < h; j++) mean += (rows.sums[row + j] as number) * (gradient[j] as number);
    const own = mean / words + wide * (rows.sums[row + h + label] as number);
    const pair = (wide * network.pairWeight(position, label)) / 2;
    contributions[position] = (contributions[position] as number) + own + pair;
    if (position + 1 < last) contributions[position + 1] = (contributions[position + 1] as number) + pair;
  }
}
