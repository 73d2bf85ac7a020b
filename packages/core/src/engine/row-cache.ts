import { LABELS } from '../labels.js';
import type { RowMaker } from './row-maker.js';

const L = LABELS.length;

/** The row of zeros that stands for "no word". */
export const NO_WORD = 0;

/** Fields of a slot's record, 32-bit; the word's UTF-16 units follow. */
const HASH = 0;
const LENGTH = 1;
const NEXT = 2;
const LAST_USED = 3;
const SPARED = 4;
const KEY = 5;
const RECORD = 32;
const UNITS = 2 * RECORD;

/**
 * Rows of the words seen lately, in flat arrays: a look-up compares UTF-16 units and allocates nothing.
 * When full, it gives up rows by the CLOCK rule (Corbató 1968), never one that the current window uses.
 */
export class RowCache {
  /** `slots` × `entries`. */
  readonly entries: Int32Array;
  /** `slots` × `sums`. */
  readonly sums: Float32Array;
  /** Hash of the word that each slot's token stands for. */
  readonly hashes: Uint32Array;
  /** Logits of each slot's word as if it were all of a text, six a slot; NaN until somebody asks. */
  readonly alone: Float32Array;
  /** How many words have been looked up so far. */
  lookedUp = 0;
  /** How many rows have been made so far: look-ups that found none. */
  made = 0;
  /** What a look-up reads stands side by side, since each place it jumps to may be out of the processor's cache. */
  private readonly records: Int32Array;
  private readonly keys: Uint16Array;
  private readonly heads: Int32Array;
  // Unknown to a sender, who could otherwise choose words that all hash alike.
  private readonly seed = (Math.random() * 2 ** 32) | 0;
  private filled = 1;
  private hand = 1;
  private window = 0;

  /** @param slots how many words at most; more than any window has, plus one. */
  constructor(
    private readonly maker: Pick<RowMaker, 'make' | 'entries' | 'sums'>,
    private readonly slots: number,
  ) {
    this.entries = new Int32Array(slots * maker.entries);
    this.sums = new Float32Array(slots * maker.sums);
    this.hashes = new Uint32Array(slots);
    this.alone = new Float32Array(slots * L);
    this.records = new Int32Array(slots * RECORD);
    this.keys = new Uint16Array(this.records.buffer);
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(slots * 2)));
  }

  /** Says that the words looked up from now on belong to another window. */
  openWindow(): void {
    // Wraps after four thousand million windows; a row is then at worst kept one window longer.
    this.window = (this.window + 1) | 0;
  }

  /** The slot of a token, whose row is made if it is not there; valid until the next window. */
  slotOf(units: Uint16Array, start: number, end: number): number {
    const { records } = this;
    let hash = this.seed;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] as number), 0x01000193);
    hash ^= hash >>> 15;
    let slot = this.heads[hash & (this.heads.length - 1)] as number;
    while (slot !== 0 && !this.holds(slot, hash, units, start, end - start)) {
      slot = records[slot * RECORD + NEXT] as number;
    }
    if (slot === 0) slot = this.insert(hash, units, start, end);
    records[slot * RECORD + LAST_USED] = this.window;
    records[slot * RECORD + SPARED] = 1;
    return slot;
  }

  private holds(slot: number, hash: number, units: Uint16Array, start: number, length: number): boolean {
    const { records, keys } = this;
    const record = slot * RECORD;
    if (records[record + HASH] !== hash || records[record + LENGTH] !== length) return false;
    const key = slot * UNITS + 2 * KEY;
    for (let at = 0; at < length; at++) if (keys[key + at] !== units[start + at]) return false;
    return true;
  }

  private insert(hash: number, units: Uint16Array, start: number, end: number): number {
    const slot = this.filled < this.slots ? this.filled++ : this.evict();
    const { maker, records } = this;
    const word = units.subarray(start, end);
    this.hashes[slot] = maker.make(
      String.fromCharCode(...word),
      this.entries.subarray(slot * maker.entries, (slot + 1) * maker.entries),
      this.sums.subarray(slot * maker.sums, (slot + 1) * maker.sums),
    );
    this.alone[slot * L] = Number.NaN;
    this.made++;
    this.keys.set(word, slot * UNITS + 2 * KEY);
    const bucket = hash & (this.heads.length - 1);
    records[slot * RECORD + HASH] = hash;
    records[slot * RECORD + LENGTH] = end - start;
    records[slot * RECORD + NEXT] = this.heads[bucket] as number;
    this.heads[bucket] = slot;
    return slot;
  }

  private evict(): number {
    const { records } = this;
    for (;;) {
      const slot = this.hand;
      this.hand = slot + 1 < this.slots ? slot + 1 : 1;
      if (records[slot * RECORD + LAST_USED] === this.window) continue;
      if (records[slot * RECORD + SPARED] === 0) {
        this.unlink(slot);
        return slot;
      }
      records[slot * RECORD + SPARED] = 0;
    }
  }

  private unlink(slot: number): void {
    const { records } = this;
    const bucket = (records[slot * RECORD + HASH] as number) & (this.heads.length - 1);
    const after = records[slot * RECORD + NEXT] as number;
    let before = this.heads[bucket] as number;
    if (before === slot) {
      this.heads[bucket] = after;
      return;
    }
    while (records[before * RECORD + NEXT] !== slot) before = records[before * RECORD + NEXT] as number;
    records[before * RECORD + NEXT] = after;
  }
}
