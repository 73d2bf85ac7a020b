import { eachInTurns } from '../pace.js';
import { CommonWords } from '../text/common-words.js';
import { RAREST_MEANT } from '../text/resolve.js';
import { WordTable } from './word-table.js';
import type { WordVectors } from './word-vectors.js';

/** A vocabulary in memory: words and their vectors, as a model folder holds them or a store gave them. */
export class BundledVocabulary implements WordVectors {
  private constructor(
    private readonly table: WordTable,
    readonly common: CommonWords,
    private readonly vectors: Int8Array | Float32Array,
    private readonly scales: Float32Array,
    readonly dimensions: number,
  ) {}

  /**
   * Takes up words and their vectors, some at a time.
   *
   * @param vectors words × `dimensions`.
   * @param scales what each word's numbers are multiplied by.
   * @returns `undefined` where a word is there twice, or there is not one vector for each.
   */
  static async of(
    words: readonly string[],
    vectors: Int8Array | Float32Array,
    scales: Float32Array,
    dimensions: number,
  ): Promise<BundledVocabulary | undefined> {
    if (scales.length !== words.length || vectors.length !== words.length * dimensions) return undefined;
    const table = new WordTable(words.length);
    await eachInTurns(words, (word) => table.add(word));
    if (table.size < words.length) return undefined;
    const common = new CommonWords(words.slice(0, RAREST_MEANT));
    return new BundledVocabulary(table, common, vectors, scales, dimensions);
  }

  /** How many words it holds. */
  get size(): number {
    return this.table.size;
  }

  /** A word's place in the vocabulary, which is sorted by frequency: 0 the most frequent; -1 where it is not held. */
  rankOf(word: string): number {
    return this.table.indexOf(word);
  }

  /** A word's numbers and their scale, by its place. */
  vectorAt(index: number): { vector: Int8Array | Float32Array; scale: number } {
    const start = index * this.dimensions;
    const vector = this.vectors.subarray(start, start + this.dimensions);
    return { vector, scale: this.scales[index] as number };
  }

  /** Adds a word's vector to `out`; nothing for a word it does not hold. */
  addVector(word: string, out: Float64Array): void {
    const index = this.table.indexOf(word);
    if (index < 0) return;
    const scale = this.scales[index] as number;
    const start = index * this.dimensions;
    for (let at = 0; at < this.dimensions; at++) {
      out[at] = (out[at] as number) + scale * (this.vectors[start + at] as number);
    }
  }
}
