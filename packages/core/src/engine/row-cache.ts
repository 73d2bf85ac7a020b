import { MAX_TOKEN_LENGTH } from '../text/tokenise.js';
import type { RowMaker } from './row-maker.js';

/** The row of zeros that stands for "no word". */
export const NO_WORD = 0;

/**
 * Rows of the words seen lately, in flat arrays: a look-up compares UTF-16 units and allocates nothing.
 * When full, it gives up rows by the CLOCK rule (Corbató 1968), never one that the current window uses.
 */
export class RowCache {
  /** `slots` × `entries`. */
  readonly entries: Int32Array;
  /** `slots` × `sums`. */
  readonly sums: Float32Array;
  /** Hash of each slot's word. */
  readonly hashes: Uint32Array;
  private readonly keys: Uint16Array;
  private readonly lengths: Uint8Array;
  private readonly tokenHashes: Int32Array;
  private readonly next: Int32Array;
  private readonly heads: Int32Array;
  private readonly lastUsed: Float64Array;
  private readonly spared: Uint8Array;
  private filled = 1;
  private hand = 1;
  private window = 0;

  /** @param slots how many words at most; more than any window has, plus one. */
  constructor(
    private readonly maker: RowMaker,
    private readonly slots: number,
  ) {
    this.entries = new Int32Array(slots * maker.entries);
    this.sums = new Float32Array(slots * maker.sums);
    this.hashes = new Uint32Array(slots);
    this.keys = new Uint16Array(slots * MAX_TOKEN_LENGTH);
    this.lengths = new Uint8Array(slots);
    this.tokenHashes = new Int32Array(slots);
    this.next = new Int32Array(slots);
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(slots * 2)));
    this.lastUsed = new Float64Array(slots);
    this.spared = new Uint8Array(slots);
  }

  /** Says that the words looked up from now on belong to another window. */
  openWindow(): void {
    this.window++;
  }

  /** The slot of a token, whose row is made if it is not there; valid until the next window. */
  slotOf(units: Uint16Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] as number), 0x01000193);
    hash ^= hash >>> 15;
    const length = end - start;
    let slot = this.heads[hash & (this.heads.length - 1)] as number;
    while (slot !== 0 && !this.holds(slot, hash, units, start, length)) slot = this.next[slot] as number;
    if (slot === 0) slot = this.insert(hash, units, start, end);
    this.lastUsed[slot] = this.window;
    this.spared[slot] = 1;
    return slot;
  }

  private holds(slot: number, hash: number, units: Uint16Array, start: number, length: number): boolean {
    if (this.tokenHashes[slot] !== hash || this.lengths[slot] !== length) return false;
    const key = slot * MAX_TOKEN_LENGTH;
    for (let at = 0; at < length; at++) if (this.keys[key + at] !== units[start + at]) return false;
    return true;
  }

  private insert(hash: number, units: Uint16Array, start: number, end: number): number {
    const slot = this.filled < this.slots ? this.filled++ : this.evict();
    const { maker } = this;
    const token = String.fromCharCode(...units.subarray(start, end));
    this.hashes[slot] = maker.make(
      token,
      this.entries.subarray(slot * maker.entries, (slot + 1) * maker.entries),
      this.sums.subarray(slot * maker.sums, (slot + 1) * maker.sums),
    );
    this.keys.set(units.subarray(start, end), slot * MAX_TOKEN_LENGTH);
    this.lengths[slot] = end - start;
    this.tokenHashes[slot] = hash;
    const bucket = hash & (this.heads.length - 1);
    this.next[slot] = this.heads[bucket] as number;
    this.heads[bucket] = slot;
    return slot;
  }

  private evict(): number {
    for (;;) {
      const slot = this.hand;
      this.hand = slot + 1 < this.slots ? slot + 1 : 1;
      if (this.lastUsed[slot] === this.window) continue;
      if (this.spared[slot] === 0) {
        this.unlink(slot);
        return slot;
      }
      this.spared[slot] = 0;
    }
  }

  private unlink(slot: number): void {
    const bucket = (this.tokenHashes[slot] as number) & (this.heads.length - 1);
    const after = this.next[slot] as number;
    if (this.heads[bucket] === slot) {
      this.heads[bucket] = after;
      return;
    }
    let before = this.heads[bucket] as number;
    while (this.next[before] !== slot) before = this.next[before] as number;
    this.next[before] = after;
  }
}
