import { throwIfAborted } from '../abort.js';
import type { Sequence, SequenceNetwork } from '../engine/sequence-network.js';
import { ToxicityGuardError } from '../errors.js';
import { eachInTurns, isDue, rest } from '../pace.js';
import type { KerasTokenizer } from '../text/keras-tokenizer.js';
import { padSequences } from '../text/pad-sequences.js';
import type { KeyvVocabulary } from '../vocabulary/keyv-vocabulary.js';
import type { VocabularyEntry } from '../vocabulary/store.js';
import { piecesOf } from './sequence-pieces.js';

/** How far one window is from the next, in lengths of a window: so that a phrase cut by one is whole in another. */
const STRIDE = 0.75;
/** UTF-16 units that are cut without a look at the clock, which many texts may come to in one turn. */
const SHORT = 1_000;

/** How texts become sequences. */
export interface ReaderSettings {
  readonly tokenizer: KerasTokenizer;
  readonly vocabulary: KeyvVocabulary | undefined;
  readonly padding: 'pre' | 'post';
  readonly truncating: 'pre' | 'post';
  readonly longTexts: 'windows' | 'truncate';
}

/** The words of a text, and where each of them begins and ends. An object for each would be much to collect. */
interface CutText {
  readonly words: string[];
  readonly starts: number[];
  readonly ends: number[];
}

type Vectors = ReadonlyMap<number, Float32Array>;

/** The words of a text that the network gets to see. */
export interface ReadText {
  readonly indexes: readonly number[];
  /** Where each of them begins in the text, and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** By index; `undefined` where the network takes indexes. */
  readonly vectors: Vectors | undefined;
}

/** Some neighbouring words of a {@link ReadText}, `[first, last)`. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** Turns texts into sequences of a network's length. */
export class SequenceReader {
  constructor(
    private readonly settings: ReaderSettings,
    private readonly network: SequenceNetwork,
  ) {}

  /**
   * Begins to use the vocabulary, and looks whether it and the network belong together, as far as their sizes tell.
   *
   * @returns what ends the use.
   * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH`, `VOCABULARY_UNAVAILABLE`, `CLOSED`.
   */
  async open(): Promise<() => void> {
    const { tokenizer, vocabulary } = this.settings;
    if (vocabulary !== undefined) {
      const attachment = await vocabulary.attach({
        prepare: async ({ manifest }) => {
          this.check(manifest.firstIndex + manifest.words - 1, manifest.dimensions);
          return () => {};
        },
      });
      return () => attachment.release();
    }
    let largest = 0;
    for (const index of tokenizer.wordIndex?.values() ?? []) largest = Math.max(largest, index);
    this.check(largest, 0);
    return () => {};
  }

  /**
   * Reads texts with one look-up for all of their words.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `ABORTED`, `CLOSED`.
   */
  async read(
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<{ texts: ReadText[]; degraded: boolean }> {
    const { tokenizer, vocabulary } = this.settings;
    const cut = await this.cut(texts, signal);
    const { entries, degraded } = await this.lookUp(cut, signal);
    const indexOf = vocabulary && ((word: string) => entries.get(word)?.index);
    const vectors = this.network.input === 'vectors' ? await this.vectorsOf(entries) : undefined;
    const readTexts: ReadText[] = [];
    for (const { words, starts, ends } of cut) {
      const read = { indexes: [] as number[], starts: [] as number[], ends: [] as number[], vectors };
      await eachInTurns(words, (word, at) => {
        const index = tokenizer.index(word, indexOf);
        if (index === undefined) return;
        read.indexes.push(index);
        read.starts.push(starts[at] as number);
        read.ends.push(ends[at] as number);
      });
      throwIfAborted(signal);
      readTexts.push(read);
    }
    return { texts: readTexts, degraded };
  }

  /** The windows of a text, at least one, each as long as a sequence or the whole text; only the end may be shared. */
  *windows({ indexes }: ReadText): Iterable<Window> {
    const { length } = this.network;
    const over = indexes.length - length;
    if (over <= 0) yield { first: 0, last: indexes.length };
    else if (this.settings.longTexts === 'truncate') {
      yield this.settings.truncating === 'pre'
        ? { first: over, last: indexes.length }
        : { first: 0, last: length };
    } else {
      const stride = Math.ceil(length * STRIDE);
      for (let first = 0; first < over; first += stride) yield { first, last: first + length };
      yield { first: over, last: indexes.length };
    }
  }

  /** A window as the network takes it, with or without one of its words. */
  sequence({ indexes, vectors }: ReadText, { first, last }: Window, without?: number): Sequence {
    const { padding } = this.settings;
    const { length, dimensions } = this.network;
    const words = indexes.slice(first, last);
    if (without !== undefined) words.splice(without - first, 1);
    const [padded] = padSequences([words], { maxlen: length, padding }) as [Int32Array];
    if (vectors === undefined) return padded;
    const sequence = new Float32Array(length * dimensions);
    for (const [at, index] of padded.entries()) {
      // Zeros stay where there is no word: index 0 is padding, whatever the vocabulary says of it.
      const vector = index === 0 ? undefined : vectors.get(index);
      if (vector !== undefined) sequence.set(vector, at * dimensions);
    }
    return sequence;
  }

  private check(largest: number, given: number): void {
    const { input, dimensions, words = Number.POSITIVE_INFINITY } = this.network;
    if (input === 'vectors') {
      if (given === dimensions) return;
      const source =
        this.settings.vocabulary === undefined ? 'there is no `vocabulary`' : `the vocabulary has ${given}`;
      throw mismatch(`The network takes vectors of ${dimensions} numbers, and ${source}`);
    }
    const { numWords } = this.settings.tokenizer;
    const most = numWords > 0 ? Math.min(largest, numWords - 1) : largest;
    if (most < words) return;
    const hint = 'set `numWords` of the tokenizer as it was in training';
    throw mismatch(`The vocabulary has indexes up to ${most}, the network knows 0 to ${words - 1}: ${hint}`);
  }

  /** The words of each text. */
  private async cut(texts: readonly string[], signal: AbortSignal | undefined): Promise<CutText[]> {
    const { tokenizer } = this.settings;
    const cut: CutText[] = [];
    let read = 0;
    for (const text of texts) {
      const { words, starts, ends }: CutText = { words: [], starts: [], ends: [] };
      for (const { piece, start } of piecesOf(text, tokenizer)) {
        read += piece.length;
        // Not for every short text: who rests comes too late for the batch of its turn.
        if (read > SHORT) {
          if (isDue()) await rest();
          throwIfAborted(signal);
          read = 0;
        }
        for (const token of tokenizer.tokens(piece)) {
          words.push(token.word);
          starts.push(start + token.start);
          ends.push(start + token.end);
        }
      }
      cut.push({ words, starts, ends });
    }
    return cut;
  }

  private async lookUp(
    cut: readonly CutText[],
    signal: AbortSignal | undefined,
  ): Promise<{ entries: ReadonlyMap<string, VocabularyEntry>; degraded: boolean }> {
    const { vocabulary, tokenizer } = this.settings;
    const found = new Map<string, VocabularyEntry>();
    if (vocabulary === undefined) return { entries: found, degraded: false };
    const distinct = new Set(tokenizer.oovToken === undefined ? [] : [tokenizer.oovToken]);
    for (const { words } of cut) await eachInTurns(words, (word) => distinct.add(word));
    if (distinct.size === 0) return { entries: found, degraded: false };
    const words = [...distinct];
    const { entries, degraded } = await vocabulary.lookUp(words, signal);
    await eachInTurns(entries, (entry) => {
      if (entry !== undefined) found.set(entry.word, entry);
    });
    return { entries: found, degraded };
  }

  private async vectorsOf(entries: ReadonlyMap<string, VocabularyEntry>): Promise<Vectors> {
    const vectors = new Map<number, Float32Array>();
    await eachInTurns(entries.values(), ({ index, vector }) => {
      if (vector?.length !== this.network.dimensions) {
        throw mismatch(`The vocabulary has a word without a vector of ${this.network.dimensions} numbers`);
      }
      vectors.set(index, vector);
    });
    return vectors;
  }
}

function mismatch(message: string): ToxicityGuardError {
  return new ToxicityGuardError('VOCABULARY_MISMATCH', message);
}
