import { anInteger, type Checks, checkOptions, fail, oneOf } from '../check.js';

/** The options of Keras's `pad_sequences`. */
export interface PadOptions {
  /** How long every sequence becomes. Default: as long as the longest. */
  maxlen?: number;
  /** Where a short one is filled. Default `'pre'`, in front. */
  padding?: 'pre' | 'post';
  /** Where a long one is cut. Default `'pre'`, in front. */
  truncating?: 'pre' | 'post';
  /** What fills. Default `0`. */
  value?: number;
}

const checks: Checks<PadOptions> = {
  maxlen: anInteger(1),
  padding: oneOf('pre', 'post'),
  truncating: oneOf('pre', 'post'),
  value: anInteger(-(2 ** 31), 2 ** 31 - 1),
};

/**
 * Brings sequences to one length, exactly as Keras's `pad_sequences` does.
 *
 * @throws {TypeError} for a wrong option, and for what does not fit in 32 bits.
 * @example
 * padSequences([[1, 2, 3], [4]], { maxlen: 2 }) // [Int32Array [2, 3], Int32Array [0, 4]]
 */
export function padSequences(
  sequences: readonly ArrayLike<number>[],
  options: PadOptions = {},
): Int32Array[] {
  const set = checkOptions(options, checks);
  const { padding = 'pre', truncating = 'pre', value = 0 } = set;
  const maxlen = set.maxlen ?? sequences.reduce((longest, { length }) => Math.max(longest, length), 0);
  return sequences.map((sequence, row) => {
    const count = Math.min(sequence.length, maxlen);
    const from = truncating === 'pre' ? sequence.length - count : 0;
    const to = padding === 'pre' ? maxlen - count : 0;
    const padded = new Int32Array(maxlen).fill(value);
    for (let at = 0; at < count; at++) {
      const index = sequence[from + at] as number;
      // Stored as it is, a fraction or a larger number would become another word's index.
      if ((index | 0) !== index)
        fail(`sequences[${row}][${from + at}]`, 'be a whole number of 32 bits', index);
      padded[to + at] = index;
    }
    return padded;
  });
}
