/**
 * Area under the ROC curve, by ranks (Mann and Whitney 1947); equal scores count half.
 *
 * @param scores one number a row, higher for likelier positive.
 * @param labels 1 for positive, 0 for negative; any other value leaves the row out.
 * @returns 0 to 1, or NaN when either class is missing.
 * @example
 * rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) // 0.75
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) if ((labels[row] as number) <= 1) rows.push(row);
  rows.sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let positives = 0;
  let rankSum = 0;
  for (let first = 0; first < rows.length; ) {
    let last = first;
    const score = scores[rows[first] as number];
    while (last < rows.length && scores[rows[last] as number] === score) last++;
    const rank = (first + 1 + last) / 2;
    for (let index = first; index < last; index++) {
      if (labels[rows[index] as number] === 1) {
        positives++;
        rankSum += rank;
      }
    }
    first = last;
  }
  const negatives = rows.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
