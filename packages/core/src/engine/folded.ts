import { LABELS } from '../labels.js';
import { type Model, tensorOf } from '../model/load.js';
import { hashPair } from '../text/hash.js';
import type { Tokeniser } from '../text/tokenise.js';
import { BundledVocabulary } from '../vocabulary/bundled.js';
import type { Engine } from './engine.js';
import { explainPart } from './explain.js';
import { Head } from './head.js';
import { NO_WORD, RowCache } from './row-cache.js';
import { RowMaker } from './row-maker.js';

const L = LABELS.length;
/** Positions are pooled in blocks of so many; two neighbouring blocks are a part that is also judged alone. */
const BLOCK = 16;
/** Below every sum, and far enough from the end of 32 bits that a difference does not wrap. */
const LOWEST = -(2 ** 30);

/** Some neighbouring words of a window: `words` from `first` on. */
export interface Part {
  readonly first: number;
  readonly words: number;
}

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
  private readonly maker: RowMaker;
  private readonly pairs: Int8Array;
  private readonly pairScales: Float32Array;
  private readonly partPenalty: Float64Array;
  private readonly blockMaxima: Int32Array[];
  private readonly blockSums: Float64Array[];
  private readonly maxima: Int32Array;
  private readonly sums: Float64Array;
  private readonly logits = new Float64Array(L);
  private readonly best = new Float64Array(L);
  private readonly bestPart: Part[] = [];

  /** @param cachedWords how many words' rows are kept. */
  constructor(model: Model, cachedWords = 8192) {
    const { filters, wide } = model.manifest.network;
    const { window } = model.manifest.tokenizer;
    this.filters = filters;
    this.maker = new RowMaker(model, readVocabulary(model));
    this.rows = new RowCache(this.maker, Math.max(cachedWords, window + 2));
    this.head = new Head(model);
    this.pairs = tensorOf(model.weights, 'wide/weights', Int8Array, [wide.buckets, L]);
    this.pairScales = tensorOf(model.weights, 'wide/scales', Float32Array, [L]);
    this.partPenalty = Float64Array.from(model.manifest.calibration.partPenalty);
    this.slots = new Int32Array(window + 2);
    const blocks = Math.ceil(window / BLOCK);
    this.blockMaxima = Array.from({ length: blocks }, () => new Int32Array(3 * filters));
    this.blockSums = Array.from({ length: blocks }, () => new Float64Array(this.maker.sums));
    this.maxima = new Int32Array(3 * filters);
    this.sums = new Float64Array(this.maker.sums);
  }

  judge(window: Tokeniser, scores: Float64Array): void {
    if (window.count === 0) {
      scores.fill(0);
      return;
    }
    this.read(window);
    for (let label = 0; label < L; label++) {
      scores[label] = 1 / (1 + Math.exp(-(this.best[label] as number)));
    }
  }

  explain(window: Tokeniser, label: number, contributions: Float64Array): void {
    contributions.fill(0, 0, window.count);
    if (window.count === 0) return;
    this.read(window);
    const part = this.bestPart[label] as Part;
    this.head.logits(...this.pool(part), part.words, this.logits);
    explainPart(this, part, label, contributions);
  }

  /** What two neighbouring words add to the linear part's logit of one label, before the division by length. */
  pairWeight(position: number, label: number): number {
    const [first, second] = [this.slots[position + 1] as number, this.slots[position + 2] as number];
    if (first === NO_WORD || second === NO_WORD) return 0;
    const { hashes } = this.rows;
    const bucket = hashPair(hashes[first] as number, hashes[second] as number) & (this.pairs.length / L - 1);
    return (this.pairs[bucket * L + label] as number) * (this.pairScales[label] as number);
  }

  /** Looks the window's words up, pools them block by block, and leaves each label's highest logit in `best`. */
  private read(window: Tokeniser): void {
    const { slots, rows } = this;
    const words = window.count;
    rows.openWindow();
    for (let token = 0; token < words; token++) {
      slots[token + 1] = rows.slotOf(
        window.units,
        window.starts[token] as number,
        window.ends[token] as number,
      );
    }
    slots[words + 1] = NO_WORD;
    for (let first = 0, block = 0; first < words; first += BLOCK, block++) {
      const last = Math.min(first + BLOCK, words);
      this.poolBlock(first, last, this.blockMaxima[block] as Int32Array);
      this.sumBlock(first, last, words, this.blockSums[block] as Float64Array);
    }
    this.judgePart({ first: 0, words }, 0);
    for (let first = 0; words > 2 * BLOCK && first + BLOCK < words; first += BLOCK) {
      this.judgePart({ first, words: Math.min(2 * BLOCK, words - first) }, 1);
    }
  }

  private judgePart(part: Part, penalty: number): void {
    this.head.logits(...this.pool(part), part.words, this.logits);
    for (let label = 0; label < L; label++) {
      const logit = (this.logits[label] as number) - penalty * (this.partPenalty[label] as number);
      if (penalty === 0 || logit > (this.best[label] as number)) {
        this.best[label] = logit;
        this.bestPart[label] = part;
      }
    }
  }

  /** Maxima and sums of a part that begins with a block. */
  private pool({ first, words }: Part): [maxima: Int32Array, sums: Float64Array] {
    const start = first / BLOCK;
    const end = Math.ceil((first + words) / BLOCK);
    const firstMaxima = this.blockMaxima[start] as Int32Array;
    const firstSums = this.blockSums[start] as Float64Array;
    if (end === start + 1) return [firstMaxima, firstSums];
    const { maxima, sums } = this;
    maxima.set(firstMaxima);
    sums.set(firstSums);
    for (let block = start + 1; block < end; block++) {
      const others = this.blockMaxima[block] as Int32Array;
      for (let k = 0; k < maxima.length; k++) {
        const difference = (maxima[k] as number) - (others[k] as number);
        maxima[k] = (maxima[k] as number) - (difference & (difference >> 31));
      }
      const added = this.blockSums[block] as Float64Array;
      for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] as number) + (added[j] as number);
    }
    return [maxima, sums];
  }

  /**
   * The running maximum, for one block. Each filter keeps its three maxima in registers; a maximum is taken
   * without a branch, since which word wins is not to be predicted.
   */
  private poolBlock(first: number, last: number, maxima: Int32Array): void {
    const { slots, filters: f } = this;
    const rows = this.rows.entries;
    const size = 6 * f;
    for (let k = 0; k < f; k++) {
      let single = LOWEST;
      let double = LOWEST;
      let triple = LOWEST;
      let row = (slots[first + 1] as number) * size + k;
      let before = rows[(slots[first] as number) * size + k + 3 * f] as number;
      for (let position = first; position < last; position++) {
        const after = (slots[position + 2] as number) * size + k;
        let value = rows[row] as number;
        let difference = (single - value) | 0;
        single = (single - (difference & (difference >> 31))) | 0;
        value = ((rows[row + f] as number) + (rows[after + 2 * f] as number)) | 0;
        difference = (double - value) | 0;
        double = (double - (difference & (difference >> 31))) | 0;
        value = (before + (rows[row + 4 * f] as number) + (rows[after + 5 * f] as number)) | 0;
        difference = (triple - value) | 0;
        triple = (triple - (difference & (difference >> 31))) | 0;
        before = rows[row + 3 * f] as number;
        row = after;
      }
      maxima[k] = single;
      maxima[f + k] = double;
      maxima[2 * f + k] = triple;
    }
  }

  private sumBlock(first: number, last: number, words: number, sums: Float64Array): void {
    const { slots, rows, pairs } = this;
    const size = sums.length;
    const wide = size - L;
    const mask = pairs.length / L - 1;
    sums.fill(0);
    for (let position = first; position < last; position++) {
      const slot = slots[position + 1] as number;
      const row = slot * size;
      for (let j = 0; j < size; j++) sums[j] = (sums[j] as number) + (rows.sums[row + j] as number);
      if (position + 1 >= words) continue;
      const next = slots[position + 2] as number;
      const bucket = hashPair(rows.hashes[slot] as number, rows.hashes[next] as number) & mask;
      for (let label = 0; label < L; label++) {
        const weight = (pairs[bucket * L + label] as number) * (this.pairScales[label] as number);
        sums[wide + label] = (sums[wide + label] as number) + weight;
      }
    }
  }
}

function readVocabulary({ manifest, vocabulary }: Model): BundledVocabulary {
  const length = (name: string): number => vocabulary.get(name)?.data.length ?? 0;
  const words = length('scales');
  const { dimensions } = manifest.network;
  return new BundledVocabulary(
    tensorOf(vocabulary, 'words', Uint8Array, [length('words')]),
    tensorOf(vocabulary, 'vectors', Int8Array, [words, dimensions]),
    tensorOf(vocabulary, 'scales', Float32Array, [words]),
    dimensions,
  );
}
