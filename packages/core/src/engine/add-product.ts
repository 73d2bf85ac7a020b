/**
 * Adds a vector times a matrix to some sums. Four rows at a time, since reading and writing a sum costs as much as
 * what is added to it.
 *
 * @param matrix from `start` on `vector.length` rows of `sums.length`.
 */
export function addProduct(
  vector: Float64Array,
  matrix: Float32Array,
  start: number,
  sums: Float64Array,
): void {
  const size = sums.length;
  let row = start;
  let i = 0;
  for (; i + 4 <= vector.length; i += 4, row += 4 * size) {
    const a = vector[i] as number;
    const b = vector[i + 1] as number;
    const c = vector[i + 2] as number;
    const d = vector[i + 3] as number;
    // Behind a ReLU, half of the numbers or more.
    if (a === 0 && b === 0 && c === 0 && d === 0) continue;
    for (let j = 0; j < size; j++) {
      const at = row + j;
      const left = a * (matrix[at] as number) + b * (matrix[at + size] as number);
      const right = c * (matrix[at + 2 * size] as number) + d * (matrix[at + 3 * size] as number);
      sums[j] = (sums[j] as number) + (left + right);
    }
  }
  for (; i < vector.length; i++, row += size) {
    const value = vector[i] as number;
    for (let j = 0; j < size; j++) sums[j] = (sums[j] as number) + value * (matrix[row + j] as number);
  }
}
