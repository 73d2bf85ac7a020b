import { ToxicityGuardError } from '../errors.js';
import { CommonWords } from '../text/common-words.js';
import { RAREST_MEANT } from '../text/resolve.js';
import { WordTable } from './word-table.js';
import type { WordVectors } from './word-vectors.js';

/** A vocabulary in memory: words and their vectors, as a model folder holds them or a store gave them. */
export class BundledVocabulary implements WordVectors {
  readonly common: CommonWords;
  private readonly table: WordTable;

  /**
   * @param lines the words, each once.
   * @param vectors words × `dimensions`.
   * @param scales what each word's numbers are multiplied by.
   * @param file the name that errors use.
   * @throws {ToxicityGuardError} `MODEL_UNREADABLE` when the three do not fit together.
   */
  constructor(
    lines: readonly string[],
    private readonly vectors: Int8Array | Float32Array,
    private readonly scales: Float32Array,
    readonly dimensions: number,
    file: string,
  ) {
    this.table = new WordTable(lines.length);
    for (const line of lines) this.table.add(line);
    this.common = new CommonWords(lines.slice(0, RAREST_MEANT));
    const fits = scales.length === lines.length && vectors.length === lines.length * dimensions;
    if (!fits || this.table.size !== lines.length) {
      const message = `${file} holds a word twice, or has not one vector for each word`;
      throw new ToxicityGuardError('MODEL_UNREADABLE', message);
    }
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
