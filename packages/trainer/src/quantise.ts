/** Rows of numbers as signed bytes with a scale each. */
export interface Quantised {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Quantises rows symmetrically: a row's largest value becomes ±127.
 *
 * @param values rows × `width`.
 */
export function quantiseRows(values: Float32Array, width: number): Quantised {
  const rows = values.length / width;
  const scales = new Float32Array(rows);
  const bytes = new Int8Array(values.length);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let at = row * width; at < (row + 1) * width; at++) {
      largest = Math.max(largest, Math.abs(values[at] as number));
    }
    const scale = Math.fround(largest / 127);
    scales[row] = scale;
    if (scale === 0) continue;
    for (let at = row * width; at < (row + 1) * width; at++) {
      bytes[at] = Math.round((values[at] as number) / scale);
    }
  }
  return { values: bytes, scales };
}

/** The numbers that quantised rows stand for. */
export function dequantiseRows({ values, scales }: Quantised): Float32Array {
  const width = values.length / scales.length;
  return Float32Array.from(values, (value, at) => value * (scales[Math.floor(at / width)] as number));
}

/**
 * Quantises columns with a scale each. A column's largest values are cut off so that the many small ones
 * keep their resolution: `quantile` of the non-zero values lie below 127 steps.
 *
 * @param values rows × `width`.
 * @param quantile 0 to 1.
 */
export function quantiseColumns(values: Float32Array, width: number, quantile: number): Quantised {
  const scales = new Float32Array(width);
  for (let column = 0; column < width; column++) {
    const sizes: number[] = [];
    for (let at = column; at < values.length; at += width) {
      if (values[at] !== 0) sizes.push(Math.abs(values[at] as number));
    }
    sizes.sort((a, b) => a - b);
    const largest = sizes[Math.min(sizes.length - 1, Math.floor(quantile * sizes.length))] ?? 0;
    scales[column] = Math.fround(largest / 127);
  }
  const bytes = Int8Array.from(values, (value, at) => {
    const scale = scales[at % width] as number;
    return scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(value / scale)));
  });
  return { values: bytes, scales };
}

/** The numbers that quantised columns stand for. */
export function dequantiseColumns({ values, scales }: Quantised): Float32Array {
  return Float32Array.from(values, (value, at) => value * (scales[at % scales.length] as number));
}
