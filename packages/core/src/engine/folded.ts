import { LABELS } from '../labels.js';
import { type Model, tensorOf } from '../model/load.js';
import { hashPair } from '../text/hash.js';
import { SHORTEST_SENTENCE, Tokeniser } from '../text/tokenise.js';
import type { WordVectors } from '../vocabulary/word-vectors.js';
import type { Engine } from './engine.js';
import { explainPart, findMaxima } from './explain.js';
import { Head } from './head.js';
import { larger, poolBlock } from './pool-block.js';
import { NO_WORD, RowCache } from './row-cache.js';
import { RowMaker } from './row-maker.js';

const L = LABELS.length;
/** A text of more words than this is judged sentence by sentence as well. */
const LONGEST_WHOLE = 32;
/** The part of a window that is all of it, and no part at all. */
const WHOLE = -1;
const NONE = -2;

/** Some neighbouring words of a window: `words` from `first` on. */
export interface Part {
  readonly first: number;
  readonly words: number;
}

/**
 * How many rows are made, and how many sentences pooled or judged, before the clock is looked at: a millisecond's
 * work, but ten in the first texts, whose code is not compiled yet.
 */
const ROWS_AT_ONCE = 8;
const SENTENCES_AT_ONCE = 4;

/**
 * The text CNN of Kim (2014) folded into its vocabulary: with a row per word, a comment costs one addition
 * per row entry and a running maximum. A text over 32 words is judged as a whole and sentence by sentence, the
 * highest calibrated logit winning, so that one insult in a long text is not averaged away.
 */
export class FoldedNetwork implements Engine {
  readonly rows: RowCache;
  readonly head: Head;
  /** Slots of the window's words, a slot of zeros before the first and behind the last. */
  readonly slots: Int32Array;
  readonly filters: number;
  /** Where each slot's row begins among the entries. */
  readonly offsets: Int32Array;
  /** Of the part that was pooled last: each filter's largest sum, and the sums of the words' rows. */
  readonly maxima: Int32Array;
  readonly sums: Float64Array;
  private readonly maker: RowMaker;
  private readonly pairs: Int8Array;
  private readonly pairScales: Float32Array;
  private readonly pairSums = new Int32Array(L);
  /** What is taken off the logit of a part of a long text, by label; a trainer tries others. */
  readonly partPenalty: Float64Array;
  private readonly sentenceMaxima: Int32Array[];
  private readonly sentenceSums: Float64Array[];
  private readonly logits = new Float64Array(L);
  /** Where the row of a single word begins, between those of no word. */
  private readonly oneWord = new Int32Array(3);
  private readonly best = new Float64Array(L);
  /** By label, the sentence whose logit won, or {@link WHOLE}. */
  private readonly bestPart = new Int32Array(L);
  /** Each filter's place in the part that was explained last. */
  readonly places: Int32Array;
  /** The sentence whose maxima, sums and dense layer are at hand, so that another label's words cost little. */
  private explained = NONE;
  /** The window that is being judged, and how many of its words, sentences and parts are done. */
  private window: Tokeniser | undefined;
  private reading = 0;
  private lookedUp = 0;
  private pooled = 0;
  private judged = 0;

  /**
   * @param vocabulary the model's own, which `vocabularyOf()` reads, or another.
   * @param cachedWords how many words' rows are kept.
   */
  constructor(
    private readonly model: Model,
    private readonly vocabulary: WordVectors,
    cachedWords = 8192,
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
    const sentences = Math.ceil(window / SHORTEST_SENTENCE);
    this.sentenceMaxima = Array.from({ length: sentences }, () => new Int32Array(3 * filters));
    this.sentenceSums = Array.from({ length: sentences }, () => new Float64Array(this.maker.sums));
    this.maxima = new Int32Array(3 * filters);
    this.places = new Int32Array(3 * filters);
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
    if (!this.poolSentences(window, isDue)) return false;
    if (!this.judgeParts(window, isDue)) return false;
    this.window = undefined;
    for (let label = 0; label < L; label++) {
      scores[label] = 1 / (1 + Math.exp(-(this.best[label] as number)));
    }
    return true;
  }

  explain(window: Tokeniser, label: number, contributions: Float64Array): void {
    contributions.fill(0, 0, window.count);
    if (window.count === 0) return;
    const sentence = this.bestPart[label] as number;
    const first = firstOf(window, sentence);
    const part: Part = { first, words: lastOf(window, sentence) - first };
    if (this.explained !== sentence) {
      this.pool(window, sentence);
      this.head.logits(this.maxima, this.sums, part.words, this.logits);
      findMaxima(this, part);
      this.explained = sentence;
    }
    explainPart(this, part, label, contributions);
  }

  alone(window: Tokeniser, label: number, logits: Float64Array): void {
    const { alone } = this.rows;
    for (let token = 0; token < window.count; token++) {
      const slot = this.slots[token + 1] as number;
      if (Number.isNaN(alone[slot * L])) this.judgeAlone(slot);
      logits[token] = alone[slot * L + label] as number;
    }
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

  private judgeAlone(slot: number): void {
    const { maxima, sums, oneWord, logits, rows } = this;
    this.explained = NONE;
    oneWord[1] = slot * this.maker.entries;
    poolBlock(rows.entries, oneWord, 0, 1, maxima);
    sums.set(rows.sums.subarray(slot * sums.length, (slot + 1) * sums.length));
    this.head.logits(maxima, sums, 1, logits);
    rows.alone.set(logits, slot * L);
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
    rows.lookedUp += count;
    this.lookedUp = count;
    return true;
  }

  private poolSentences(window: Tokeniser, isDue: () => boolean): boolean {
    const { entries } = this.rows;
    while (this.pooled < window.sentences) {
      const sentence = this.pooled++;
      const first = firstOf(window, sentence);
      const last = window.sentenceEnds[sentence] as number;
      poolBlock(entries, this.offsets, first, last, this.sentenceMaxima[sentence] as Int32Array);
      this.sumWords(first, last, window.count, this.sentenceSums[sentence] as Float64Array);
      if (this.pooled % SENTENCES_AT_ONCE === 0 && isDue()) return false;
    }
    return true;
  }

  /** Judges the window as a whole, then its sentences. */
  private judgeParts(window: Tokeniser, isDue: () => boolean): boolean {
    if (this.judged === 0) {
      this.judgePart(window, WHOLE);
      this.judged = 1;
    }
    const { count, sentences } = window;
    while (count > LONGEST_WHOLE && sentences > 1 && this.judged <= sentences) {
      this.judgePart(window, this.judged - 1);
      if (++this.judged % SENTENCES_AT_ONCE === 0 && isDue()) return false;
    }
    return true;
  }

  private judgePart(window: Tokeniser, sentence: number): void {
    const words = this.pool(window, sentence);
    this.head.logits(this.maxima, this.sums, words, this.logits);
    for (let label = 0; label < L; label++) {
      const penalty = sentence === WHOLE ? 0 : (this.partPenalty[label] as number);
      const logit = (this.logits[label] as number) - penalty;
      if (sentence === WHOLE || logit > (this.best[label] as number)) {
        this.best[label] = logit;
        this.bestPart[label] = sentence;
      }
    }
  }

  /** Takes maxima and sums of a sentence, or of all of them, together and gives the number of its words. */
  private pool(window: Tokeniser, sentence: number): number {
    const { maxima, sums } = this;
    this.explained = NONE;
    const start = sentence === WHOLE ? 0 : sentence;
    const end = sentence === WHOLE ? window.sentences : sentence + 1;
    maxima.set(this.sentenceMaxima[start] as Int32Array);
    sums.set(this.sentenceSums[start] as Float64Array);
    for (let other = start + 1; other < end; other++) {
      const others = this.sentenceMaxima[other] as Int32Array;
      for (let k = 0; k < maxima.length; k++) maxima[k] = larger(maxima[k] as number, others[k] as number);
      const added = this.sentenceSums[other] as Float64Array;
      for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] as number) + (added[j] as number);
    }
    return lastOf(window, sentence) - firstOf(window, sentence);
  }

  private sumWords(first: number, last: number, words: number, sums: Float64Array): void {
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

/** The first word of a sentence, or of all. */
function firstOf({ sentenceEnds }: Tokeniser, sentence: number): number {
  return sentence <= 0 ? 0 : (sentenceEnds[sentence - 1] as number);
}

/** Behind the last word of a sentence, or of all. */
function lastOf({ sentenceEnds, sentences }: Tokeniser, sentence: number): number {
  return sentenceEnds[sentence === WHOLE ? sentences - 1 : sentence] as number;
}

function never(): boolean {
  return false;
}
