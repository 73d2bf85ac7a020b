import { ToxicityGuardError } from '../errors.js';
import { addProduct } from './add-product.js';
import type { KerasPlan } from './keras-plan.js';
import { applySteps } from './keras-steps.js';

/** The slot of a place without a word, before the first and after the last: zeros, as a convolution pads. */
export const NOTHING = 0;
/** Past these, a small network's memory would go for words that hardly come. */
const MOST_WORDS = 65_536;

/**
 * What each word adds to the filters, at each place of the convolution's width: made when the word is first met, and
 * kept for the words met lately. When full, it gives up rows by the CLOCK rule, never one of the current sequence.
 */
export class KerasRows {
  /** Numbers of a row: `width` × filters. */
  readonly size: number;
  /** `slots` × `size`. */
  readonly rows: Float32Array;
  private readonly vectors: Float32Array;
  private readonly slotOfKey = new Map<number, number>();
  private readonly keys: Float64Array;
  private readonly usedBy: Float64Array;
  private readonly spared: Uint8Array;
  private sequence = 0;
  private filled = 1;
  private hand = 1;

  private readonly slots: number;

  /** @param bytes memory for rows; those of one sequence have room at any rate. */
  constructor(
    private readonly plan: KerasPlan,
    bytes: number,
  ) {
    const { convolution, channels, embedding, dimensions, length } = plan;
    this.size = convolution === undefined ? channels : convolution.width * convolution.filters;
    const numbers = this.size + (embedding === undefined ? dimensions : 0);
    const most = Math.min(Math.floor(bytes / (4 * numbers)), embedding?.words ?? MOST_WORDS, MOST_WORDS);
    const slots = Math.max(most, length) + 1;
    this.slots = slots;
    this.rows = new Float32Array(slots * this.size);
    // Vectors are known again by their numbers; of an embedding the index says which they are.
    this.vectors = new Float32Array(embedding === undefined ? slots * dimensions : 0);
    this.keys = new Float64Array(slots);
    this.usedBy = new Float64Array(slots);
    this.spared = new Uint8Array(slots);
  }

  /** Says that the words looked up from now on belong to another sequence. */
  openSequence(): void {
    this.sequence++;
  }

  /** The slot of a word of the network's Embedding. */
  slotOfIndex(index: number): number {
    const slot = this.slotOfKey.get(index);
    if (slot !== undefined) return this.used(slot);
    const { dimensions, embedding } = this.plan;
    const start = index * dimensions;
    const vector = (embedding as NonNullable<KerasPlan['embedding']>).vectors.subarray(
      start,
      start + dimensions,
    );
    return this.insert(index, vector);
  }

  /** The slot of a word that comes as a vector. */
  slotOfVector(vector: Float32Array): number {
    let key = hashOf(vector);
    for (;;) {
      const slot = this.slotOfKey.get(key);
      if (slot === undefined) break;
      if (this.holds(slot, vector)) return this.used(slot);
      key++;
    }
    const slot = this.insert(key, vector);
    this.vectors.set(vector, slot * vector.length);
    return slot;
  }

  private holds(slot: number, vector: Float32Array): boolean {
    const start = slot * vector.length;
    for (let i = 0; i < vector.length; i++) if (this.vectors[start + i] !== vector[i]) return false;
    return true;
  }

  private used(slot: number): number {
    this.usedBy[slot] = this.sequence;
    this.spared[slot] = 1;
    return slot;
  }

  private insert(key: number, vector: Float32Array): number {
    const slot = this.filled < this.slots ? this.filled++ : this.evict();
    this.slotOfKey.set(key, slot);
    this.keys[slot] = key;
    const row = this.rows.subarray(slot * this.size, (slot + 1) * this.size);
    this.make(vector, row);
    // A maximum would pass over NaN, and the score be low for no reason that shows.
    if (row.every(Number.isFinite)) return this.used(slot);
    this.slotOfKey.delete(key);
    throw new ToxicityGuardError('ENGINE_FAILED', 'The network computes numbers that are too large, or none');
  }

  private evict(): number {
    for (;;) {
      const slot = this.hand;
      this.hand = slot + 1 < this.slots ? slot + 1 : 1;
      if (this.usedBy[slot] === this.sequence) continue;
      if (this.spared[slot] === 0) {
        this.slotOfKey.delete(this.keys[slot] as number);
        return slot;
      }
      this.spared[slot] = 0;
    }
  }

  private make(vector: Float32Array, row: Float32Array): void {
    const { convolution, wordSteps } = this.plan;
    const word = applySteps(wordSteps, Float64Array.from(vector));
    if (convolution === undefined) {
      row.set(word);
      return;
    }
    const { width, filters, kernel } = convolution;
    const sums = new Float64Array(filters);
    for (let place = 0; place < width; place++) {
      sums.fill(0);
      addProduct(word, kernel, place * word.length * filters, sums);
      row.set(sums, place * filters);
    }
  }
}

/** FNV-1a over the bits of some numbers. */
function hashOf(vector: Float32Array): number {
  const bits = new Int32Array(vector.buffer, vector.byteOffset, vector.length);
  let hash = 0x811c9dc5 | 0;
  for (const bit of bits) hash = Math.imul(hash ^ bit, 0x01000193);
  return hash >>> 0;
}
