/** Below every sum, and far enough from the end of 32 bits that a difference does not wrap. */
const LOWEST = -(2 ** 30);

/**
 * The convolutions' maxima over some positions. Each filter keeps its three maxima in registers.
 *
 * @param rows fixed-point entries, six a filter: width 1, width 2 at its two offsets, width 3 at its three.
 * @param offsets where each word's row begins; one word before the first position, and one behind the last.
 * @param first,last positions `[first, last)`; position `p`'s row begins at `offsets[p + 1]`.
 * @param maxima receives the maxima of width 1, then those of width 2, then those of width 3.
 */
export function poolBlock(
  rows: Int32Array,
  offsets: Int32Array,
  first: number,
  last: number,
  maxima: Int32Array,
): void {
  const filters = maxima.length / 3;
  for (let filter = 0; filter < filters; filter++) {
    const own = 6 * filter;
    let single = LOWEST;
    let double = LOWEST;
    let triple = LOWEST;
    let before = rows[(offsets[first] as number) + own + 3] as number;
    let row = ((offsets[first + 1] as number) + own) | 0;
    for (let position = first; position < last; position++) {
      const after = ((offsets[position + 2] as number) + own) | 0;
      single = larger(single, rows[row] as number);
      double = larger(double, ((rows[row + 1] as number) + (rows[after + 2] as number)) | 0);
      triple = larger(triple, (before + (rows[row + 4] as number) + (rows[after + 5] as number)) | 0);
      before = rows[row + 3] as number;
      row = after;
    }
    maxima[filter] = single;
    maxima[filters + filter] = double;
    maxima[2 * filters + filter] = triple;
  }
}

/** The larger of two integers less than 2³¹ apart. No branch: which word wins is not to be predicted. */
export function larger(a: number, b: number): number {
  const difference = (a - b) | 0;
  return (a - (difference & (difference >> 31))) | 0;
}
