import { LABELS } from '../labels.js';
import { fileOf, type Model, tensorOf } from '../model/load.js';
import { hashPair } from '../text/hash.js';
import { Tokeniser } from '../text/tokenise.js';
import { BundledVocabulary } from '../vocabulary/bundled.js';
import type { Engine } from './engine.js';
import { explainPart } from './explain.js';
import { Head } from './head.js';
import { larger, poolBlock } from './pool-block.js';
import { NO_WORD, RowCache } from './row-cache.js';
import { RowMaker } from './row-maker.js';

const L = LABELS.length;
/** Positions are pooled in blocks of so many; two neighbouring blocks are a part that is also judged alone. */
const BLOCK = 16;

/** Some neighbouring words of a window: `words` from `first` on. */
export interface Part {
  readonly first: number;
  readonly words: number;
}

/**
 * How many rows are made, and how many blocks or parts judged, before the clock is looked at: a millisecond's
 * work, but ten in the first texts, whose code is not compiled yet.
 */
const ROWS_AT_ONCE = 8;
const BLOCKS_AT_ONCE = 4;

/**
 * The text CNN of Kim (2014) folded into its vocabulary: with a row per word, a comment costs one addition
 * per row entry and a running maximum. A text over 32 words is judged as a whole and in parts of 32 words,
 * the highest calibrated logit winning, so that one insult in a long text is not averaged away.
 */
export class FoldedNetwork implements Engine {
  readonly rows: RowCache;
  readonly head: Head;
  /** Slots of the window's words, a slot of zeros before the first and behind the last. */
  readonly slots: Int32Array;
  readonly filters: number;
  /** Where each slot's row begins among the entries. */
  private readonly offsets: Int32Array;
  /** Of the part that was pooled last: each filter's largest sum, and the sums of the words' rows. */
  readonly maxima: Int32Array;
  readonly sums: Float64Array;
  private readonly maker: RowMaker;
  private readonly pairs: Int8Array;
  private readonly pairScales: Float32Array;
  private readonly pairSums = new Int32Array(L);
  /** What is taken off the logit of a part of a long text, by label; a trainer tries others. */
  readonly partPenalty: Float64Array;
  private readonly blockMaxima: Int32Array[];
  private readonly blockSums: Float64Array[];
  private readonly logits = new Float64Array(L);
  private readonly best = new Float64Array(L);
  private readonly bestFirst = new Int32Array(L);
  private readonly bestWords = new Int32Array(L);
  /** The window that is being judged, and how many of its words, blocks and parts are done. */
  private window: Tokeniser | undefined;
  private reading = 0;
  private lookedUp = 0;
  private pooled = 0;
  private judged = 0;

  /**
   * @param cachedWords how many words' rows are kept.
   * @param vocabulary the model's, for a caller who has read it already: it takes as long as all the rest.
   */
  constructor(
    private readonly model: Model,
    cachedWords = 8192,
    private readonly vocabulary = readVocabulary(model),
  ) {
    const { filters, wide } = model.manifest.network;
    const { window } = model.manifest.tokenizer;
    this.filters = filters;
    this.maker = new RowMaker(model, vocabulary);
    this.rows = new RowCache(this.maker, Math.max(cachedWords, window + 2));
    this.head = new Head(model);
    this.pairs = tensorOf(model, 'weights', 'wide/weights', Int8Array, [wide.buckets, L]);
    this.pairScales = tensorOf(model, 'weights', 'wide/scales', Float32Array, [L]);
    this.partPenalty = Float64Array.from(model.manifest.calibration.partPenalty);
    this.slots = new Int32Array(window + 2);
    this.offsets = new Int32Array(window + 2);
    const blocks = Math.ceil(window / BLOCK);
    this.blockMaxima = Array.from({ length: blocks }, () => new Int32Array(3 * filters));
    this.blockSums = Array.from({ length: blocks }, () => new Float64Array(this.maker.sums));
    this.maxima = new Int32Array(3 * filters);
    this.sums = new Float64Array(this.maker.sums);
  }

  createWindow(): Tokeniser {
    const { window } = this.model.manifest.tokenizer;
    return new Tokeniser(window, (word) => this.vocabulary.rankOf(word));
  }

  judge(window: Tokeniser, scores: Float64Array, isDue: () => boolean = never): boolean {
    const words = window.count;
    if (words === 0) {
      scores.fill(0);
      return true;
    }
    if (this.window !== window || this.reading !== window.reading) this.open(window);
    if (!this.lookUp(window, isDue)) return false;
    if (!this.poolBlocks(words, isDue)) return false;
    if (!this.judgeParts(words, isDue)) return false;
    this.window = undefined;
    for (let label = 0; label < L; label++) {
      scores[label] = 1 / (1 + Math.exp(-(this.best[label] as number)));
    }
    return true;
  }

  explain(window: Tokeniser, label: number, contributions: Float64Array): void {
    contributions.fill(0, 0, window.count);
    if (window.count === 0) return;
    const part: Part = { first: this.bestFirst[label] as number, words: this.bestWords[label] as number };
    this.pool(part.first, part.words);
    this.head.logits(this.maxima, this.sums, part.words, this.logits);
    explainPart(this, part, label, contributions);
  }

  /** What two neighbouring words add to the linear part's logit of one label, before the division by length. */
  pairWeight(position: number, label: number): number {
    const [first, second] = [this.slots[position + 1] as number, this.slots[position + 2] as number];
    if (first === NO_WORD || second === NO_WORD) return 0;
    return (this.pairs[this.pairAt(first, second) + label] as number) * (this.pairScales[label] as number);
  }

  /** Where the six weights of two neighbouring words begin. */
  private pairAt(first: number, second: number): number {
    const { hashes } = this.rows;
    const mask = this.pairs.length / L - 1;
    return (hashPair(hashes[first] as number, hashes[second] as number) & mask) * L;
  }

  /** Begins with a window. What is done of it is kept, so that a judgement that stopped goes on. */
  private open(window: Tokeniser): void {
    this.window = window;
    this.reading = window.reading;
    this.lookedUp = 0;
    this.pooled = 0;
    this.judged = 0;
    this.rows.openWindow();
    this.slots[window.count + 1] = NO_WORD;
    this.offsets[window.count + 1] = NO_WORD;
  }

  /** Finds or makes the rows of the window's words; false when it stopped early, as in the two that follow. */
  private lookUp({ units, starts, ends, count }: Tokeniser, isDue: () => boolean): boolean {
    const { slots, offsets, rows } = this;
    const size = this.maker.entries;
    let { made } = rows;
    for (let token = this.lookedUp; token < count; token++) {
      if (rows.made - made >= ROWS_AT_ONCE) {
        this.lookedUp = token;
        if (isDue()) return false;
        made = rows.made;
      }
      const slot = rows.slotOf(units, starts[token] as number, ends[token] as number);
      slots[token + 1] = slot;
      offsets[token + 1] = slot * size;
    }
    this.lookedUp = count;
    return true;
  }

  private poolBlocks(words: number, isDue: () => boolean): boolean {
    const { entries } = this.rows;
    while (this.pooled * BLOCK < words) {
      const first = this.pooled * BLOCK;
      const last = Math.min(first + BLOCK, words);
      poolBlock(entries, this.offsets, first, last, this.blockMaxima[this.pooled] as Int32Array);
      this.sumBlock(first, last, words, this.blockSums[this.pooled] as Float64Array);
      if (++this.pooled % BLOCKS_AT_ONCE === 0 && isDue()) return false;
    }
    return true;
  }

  /** Judges the window as a whole, then its parts. */
  private judgeParts(words: number, isDue: () => boolean): boolean {
    if (this.judged === 0) {
      this.judgePart(0, words, 0);
      this.judged = 1;
    }
    while (words > 2 * BLOCK && this.judged * BLOCK < words) {
      const first = (this.judged - 1) * BLOCK;
      this.judgePart(first, Math.min(2 * BLOCK, words - first), 1);
      if (++this.judged % BLOCKS_AT_ONCE === 0 && isDue()) return false;
    }
    return true;
  }

  private judgePart(first: number, words: number, penalty: number): void {
    this.pool(first, words);
    this.head.logits(this.maxima, this.sums, words, this.logits);
    for (let label = 0; label < L; label++) {
      const logit = (this.logits[label] as number) - penalty * (this.partPenalty[label] as number);
      if (penalty === 0 || logit > (this.best[label] as number)) {
        this.best[label] = logit;
        this.bestFirst[label] = first;
        this.bestWords[label] = words;
      }
    }
  }

  /** Takes maxima and sums of a part, which begins with a block, together. */
  private pool(first: number, words: number): void {
    const { maxima, sums } = this;
    const start = first / BLOCK;
    const end = Math.ceil((first + words) / BLOCK);
    maxima.set(this.blockMaxima[start] as Int32Array);
    sums.set(this.blockSums[start] as Float64Array);
    for (let block = start + 1; block < end; block++) {
      const others = this.blockMaxima[block] as Int32Array;
      for (let k = 0; k < maxima.length; k++) maxima[k] = larger(maxima[k] as number, others[k] as number);
      const added = this.blockSums[block] as Float64Array;
      for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] as number) + (added[j] as number);
    }
  }

  private sumBlock(first: number, last: number, words: number, sums: Float64Array): void {
    const { slots, pairs, pairSums } = this;
    const rows = this.rows.sums;
    const size = sums.length;
    sums.fill(0);
    let position = first;
    for (; position + 4 <= last; position += 4) {
      const a = (slots[position + 1] as number) * size;
      const b = (slots[position + 2] as number) * size;
      const c = (slots[position + 3] as number) * size;
      const d = (slots[position + 4] as number) * size;
      for (let j = 0; j < size; j++) {
        const left = (rows[a + j] as number) + (rows[b + j] as number);
        sums[j] = (sums[j] as number) + left + ((rows[c + j] as number) + (rows[d + j] as number));
      }
    }
    for (; position < last; position++) {
      const row = (slots[position + 1] as number) * size;
      for (let j = 0; j < size; j++) sums[j] = (sums[j] as number) + (rows[row + j] as number);
    }
    pairSums.fill(0);
    const lastPair = Math.min(last, words - 1);
    for (position = first; position < lastPair; position++) {
      const pair = this.pairAt(slots[position + 1] as number, slots[position + 2] as number);
      for (let label = 0; label < L; label++) {
        pairSums[label] = (pairSums[label] as number) + (pairs[pair + label] as number);
      }
    }
    for (let label = 0, j = size - L; label < L; label++, j++) {
      sums[j] = (sums[j] as number) + (pairSums[label] as number) * (this.pairScales[label] as number);
    }
  }
}

/** Reads a model's words. */
export function readVocabulary(model: Model): BundledVocabulary {
  const length = (name: string): number => model.vocabulary.get(name)?.data.length ?? 0;
  const words = length('scales');
  const { dimensions } = model.manifest.network;
  return new BundledVocabulary(
    tensorOf(model, 'vocabulary', 'words', Uint8Array, [length('words')]),
    tensorOf(model, 'vocabulary', 'vectors', Int8Array, [words, dimensions]),
    tensorOf(model, 'vocabulary', 'scales', Float32Array, [words]),
    dimensions,
    fileOf(model, 'vocabulary'),
  );
}

function never(): boolean {
  return false;
}
