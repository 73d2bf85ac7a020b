import { LABELS } from '../labels.js';
import type { FoldedNetwork, Part } from './folded.js';
import { FIXED_POINT } from './row-maker.js';

const L = LABELS.length;

/**
 * Shares one label's logit out among the words of a part: gradient times input (Shrikumar et al. 2016), which
 * is exact here but for the ReLUs' kinks. A filter's value goes to the words under its maximum, the mean
 * vector's and the linear part's to each word, a pair's half and half.
 *
 * @param network after its head has judged this part, so that the dense layer's state is that of the part.
 * @param contributions receives each word's share, at its place in the window.
 */
export function explainPart(
  network: FoldedNetwork,
  part: Part,
  label: number,
  contributions: Float64Array,
): void {
  const { head, rows, slots, filters: f } = network;
  const h = head.hidden.length;
  const last = part.first + part.words;
  const gradient = Float64Array.from(head.hidden, (value, j) =>
    value > 0 ? (head.output[j * L + label] as number) : 0,
  );
  const add = (position: number, value: number): void => {
    if (position >= part.first && position < last) {
      contributions[position] = (contributions[position] as number) + value;
    }
  };
  const { entries } = rows;
  const rowOf = (position: number): number => (slots[position + 1] as number) * 6 * f;

  for (let width = 1; width <= 3; width++) {
    const block = (width * (width - 1)) / 2;
    const left = width === 3 ? 1 : 0;
    for (let k = 0; k < f; k++) {
      const feature = (width - 1) * f + k;
      const maximum = network.maxima[feature] as number;
      if (maximum / FIXED_POINT + (head.convolutionBias[feature] as number) <= 0) continue;
      let weight = 0;
      for (let j = 0; j < h; j++) weight += head.weight(feature, j) * (gradient[j] as number);
      if (weight === 0) continue;
      const entry = (position: number, offset: number): number =>
        entries[rowOf(position + offset - left) + 6 * k + block + offset] as number;
      const sumAt = (position: number): number => {
        let sum = 0;
        for (let offset = 0; offset < width; offset++) sum += entry(position, offset);
        return sum;
      };
      let at = part.first;
      while (at < last - 1 && sumAt(at) !== maximum) at++;
      for (let offset = 0; offset < width; offset++) {
        add(at + offset - left, (weight * entry(at, offset)) / FIXED_POINT);
      }
    }
  }

  const size = h + L;
  const wide = (head.wide[label] as number) / (part.words + head.smoothing);
  for (let position = part.first; position < last; position++) {
    const row = (slots[position + 1] as number) * size;
    let mean = 0;
    for (let j = 0; j < h; j++) mean += (rows.sums[row + j] as number) * (gradient[j] as number);
    add(position, mean / part.words + wide * (rows.sums[row + h + label] as number));
    const pair = wide * network.pairWeight(position, label);
    add(position, pair / 2);
    add(position + 1, pair / 2);
  }
}
