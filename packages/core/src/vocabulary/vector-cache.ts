import { type VectorForm, vectorSize, type WordVector } from './entry-record.js';

/** What a word takes beside its letters and numbers: measured on Node 20 when many have come and gone. */
const OVERHEAD = 105;
/** Bytes for the letters of one word, of which a longer one takes more and a shorter one leaves some. */
const LETTERS = 24;

/** Vectors one behind the other in one array. */
type Numbers = Int8Array | Float32Array;

/** Makes room for some vectors. */
export function roomFor(count: number, { encoding, dimensions }: VectorForm): Numbers {
  return new (encoding === 'int8' ? Int8Array : Float32Array)(count * dimensions);
}

/**
 * Keeps the vectors of the words seen lately in flat arrays, so that words which come and go leave nothing behind for
 * the garbage collector. When full, it gives up words by the CLOCK rule (Corbató 1968).
 */
export class VectorCache {
  private readonly slots: number;
  private readonly slotOf = new Map<string, number>();
  private readonly words: (string | undefined)[] = [];
  private readonly free: number[] = [];
  private letters = 0;
  private readonly vectors: Numbers;
  private readonly scales: Float32Array;
  private readonly indexes: Uint32Array;
  private readonly spared: Uint8Array;
  private readonly dimensions: number;
  private hand = 0;

  /**
   * @param bytes the bound of all together.
   * @param words how many words there are at most.
   */
  constructor(bytes: number, words: number, form: VectorForm) {
    this.slots = Math.min(Math.floor(bytes / (OVERHEAD + LETTERS + vectorSize(form))), words);
    this.dimensions = form.dimensions;
    this.vectors = roomFor(this.slots, form);
    this.scales = new Float32Array(this.slots);
    this.indexes = new Uint32Array(this.slots);
    this.spared = new Uint8Array(this.slots);
  }

  /**
   * A word's vector, copied, since its place may soon be another's.
   *
   * @param out where to, a vector's length from `at` on.
   */
  read(word: string, out: Numbers, at: number): WordVector | undefined {
    const slot = this.slotOf.get(word);
    if (slot === undefined) return undefined;
    this.spared[slot] = 1;
    const { dimensions } = this;
    const vector = out.subarray(at, at + dimensions);
    vector.set(this.vectors.subarray(slot * dimensions, (slot + 1) * dimensions));
    return { index: this.indexes[slot] as number, vector, scale: this.scales[slot] as number };
  }

  write(word: string, { index, vector, scale }: WordVector): void {
    const letters = 2 * word.length;
    if (letters > this.slots * LETTERS || this.slotOf.has(word)) return;
    while (this.slotOf.size === this.slots || this.letters + letters > this.slots * LETTERS) this.evict();
    const slot = this.free.pop() ?? this.words.length;
    // Its own letters: as a piece of a text it would keep all of the text in memory.
    const own = Buffer.from(word).toString();
    this.slotOf.set(own, slot);
    this.words[slot] = own;
    this.letters += letters;
    this.vectors.set(vector, slot * this.dimensions);
    this.scales[slot] = scale;
    this.indexes[slot] = index;
    this.spared[slot] = 0;
  }

  private evict(): void {
    for (;;) {
      const slot = this.hand;
      this.hand = slot + 1 < this.words.length ? slot + 1 : 0;
      const word = this.words[slot];
      if (word === undefined) continue;
      if (this.spared[slot] === 0) {
        this.slotOf.delete(word);
        this.words[slot] = undefined;
        this.letters -= 2 * word.length;
        this.free.push(slot);
        return;
      }
      this.spared[slot] = 0;
    }
  }
}
