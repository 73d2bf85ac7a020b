import type { Encoded } from './encode.js';
import type { Random } from './random.js';

/** Some comments as one rectangle of word indexes. */
export interface Batch {
  readonly rows: Int32Array;
  /** Distinct words of the batch, indexes into the encoded words. */
  readonly words: Int32Array;
  /** `rows.length` × `width` indexes into `words`; `words.length` where a comment has ended. */
  readonly slots: Int32Array;
  readonly lengths: Int32Array;
  readonly width: number;
}

/** Comments whose words fit one batch; more rows when they are short. */
const MOST_ROWS = 256;
const MOST_TOKENS = 16_384;
/** Comments are sorted by length within blocks of so many, so that a batch pads little and epochs differ. */
const BLOCK = 8192;

/** Cuts comments into batches of like length. With `random`, in another order each time; without, in order of length. */
export function planBatches(encoded: Encoded, rows: readonly number[], random?: Random): Int32Array[] {
  const lengthOf = (row: number): number =>
    (encoded.offsets[row + 1] as number) - (encoded.offsets[row] as number);
  const order = Int32Array.from(rows);
  if (random !== undefined) random.shuffle(order);
  const batches: Int32Array[] = [];
  for (let start = 0; start < order.length; start += BLOCK) {
    const block = order.subarray(start, start + BLOCK).sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
    for (let first = 0; first < block.length; ) {
      let last = first + 1;
      while (last < block.length && last - first < MOST_ROWS) {
        if (lengthOf(block[last] as number) * (last - first + 1) > MOST_TOKENS) break;
        last++;
      }
      batches.push(block.slice(first, last));
      first = last;
    }
  }
  if (random === undefined) return batches;
  const shuffled = random.shuffle(Int32Array.from(batches.keys()));
  return Array.from(shuffled, (index) => batches[index] as Int32Array);
}

/** Gathers the words of the comments in `rows`. */
export function makeBatch(encoded: Encoded, rows: Int32Array): Batch {
  const { ids, offsets } = encoded;
  const lengths = Int32Array.from(rows, (row) => (offsets[row + 1] as number) - (offsets[row] as number));
  const width = Math.max(1, ...lengths);
  const slotOf = new Map<number, number>();
  const slots = new Int32Array(rows.length * width).fill(-1);
  for (let index = 0; index < rows.length; index++) {
    const start = offsets[rows[index] as number] as number;
    for (let position = 0; position < (lengths[index] as number); position++) {
      const id = ids[start + position] as number;
      let slot = slotOf.get(id);
      if (slot === undefined) {
        slot = slotOf.size;
        slotOf.set(id, slot);
      }
      slots[index * width + position] = slot;
    }
  }
  for (let index = 0; index < slots.length; index++) if (slots[index] === -1) slots[index] = slotOf.size;
  return { rows, words: Int32Array.from(slotOf.keys()), slots, lengths, width };
}
