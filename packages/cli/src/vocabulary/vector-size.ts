import type { VectorEncoding } from '@toxicity-guard/core';

/** How vectors are kept. */
export interface VectorForm {
  readonly dimensions: number;
  readonly encoding: VectorEncoding;
}

/** How many bytes a vector takes: four a number; or four for its scale, and one a number. */
export function vectorSize({ dimensions, encoding }: VectorForm): number {
  if (encoding === 'none') return 0;
  return encoding === 'int8' ? 4 + dimensions : 4 * dimensions;
}
