import { readFile } from 'node:fs/promises';
import { BUNDLED_LANGUAGES } from '../bundled-languages.js';
import { ToxicityGuardError } from '../errors.js';
import { readSafetensors, type Tensors } from '../model/safetensors.js';

/** Where an n-gram stands in its word: two bits, so that the sum of both says a whole word. */
const AT_START = 1;
const AT_END = 2;
/** The arrays of keys, by those bits. */
const KEYS = ['inside', 'start', 'end', 'whole'] as const;

/** What the stored scores are short of, so that they fit a byte. */
const LEAST_SCORE = 53;
/** Bytes of a word that count; past them a word tells nothing new. */
const LONGEST_WORD = 70;
/** Bytes of a text that count, some hundred words. */
const MOST_BYTES = 4_096;
const SPACE = 0x20;

/** The n-grams of one place in the word: their bytes as numbers, sorted, and the number of the first n-gram. */
interface Run {
  readonly keys: Uint32Array;
  readonly first: number;
}

/**
 * N-grams of up to four bytes of UTF-8 and their scores in each language. Table and arithmetic are those of ELD
 * (Efficient Language Detector, Nito T.M., Apache-2.0), packed so that they load in a millisecond; a test holds
 * the scores to those of the `eld` package.
 */
export class Ngrams {
  /** The languages, as BCP 47 tags; {@link score} has their numbers in this order. */
  readonly codes: readonly string[];
  readonly #runs: readonly Run[];
  /** Where the scores of each n-gram begin, and the end of the last. */
  readonly #begins: Uint32Array;
  readonly #languages: Uint8Array;
  readonly #scores: Uint8Array;
  readonly #encoder = new TextEncoder();
  readonly #bytes = new Uint8Array(MOST_BYTES);
  readonly #totals: Float64Array;
  readonly #seen = new Set<number>();

  /**
   * @param file the name that errors use.
   * @throws {ToxicityGuardError} `MODEL_UNREADABLE` where the arrays are missing or do not fit together.
   */
  constructor(tensors: Tensors, file: string) {
    const bytes = (name: string): Uint8Array => {
      const data = tensors.get(name)?.data;
      if (data instanceof Uint8Array) return data;
      throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} has no array ${name}`);
    };
    // Views, not loops: a loop over fifty thousand n-grams would hold the event loop while it is still cold.
    const numbers = (name: string): Uint32Array => {
      const packed = bytes(name);
      if (packed.length % 4 === 0) return new Uint32Array(packed.slice().buffer);
      throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} has a cut array ${name}`);
    };
    let count = 0;
    this.#runs = KEYS.map((name) => {
      const run = { keys: numbers(name), first: count };
      count += run.keys.length;
      return run;
    });
    this.#begins = numbers('begins');
    this.#languages = bytes('languages');
    this.#scores = bytes('scores');
    this.codes = new TextDecoder().decode(bytes('codes')).split(',');
    this.#totals = new Float64Array(this.codes.length);
    const pairs = this.#begins.at(-1);
    const fits = this.#languages.length === pairs && this.#scores.length === pairs;
    if (this.#begins.length === count + 1 && fits) return;
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} has arrays that do not fit together`);
  }

  /**
   * Adds up each language's score of a text; an n-gram counts once.
   *
   * @param words in lower case, with a space between them.
   * @returns a number for each of {@link codes}, in memory that the next call takes again.
   */
  score(words: string): Float64Array {
    this.#totals.fill(0);
    this.#seen.clear();
    const { written } = this.#encoder.encodeInto(words, this.#bytes);
    let start = 0;
    for (let at = 0; at <= written; at++) {
      if (at < written && this.#bytes[at] !== SPACE) continue;
      if (at > start) this.#addWord(start, at);
      start = at + 1;
    }
    return this.#totals;
  }

  /** Four bytes from every third byte on, and the last four. */
  #addWord(start: number, end: number): void {
    const last = Math.min(end, start + LONGEST_WORD);
    let at = start;
    for (; at + 4 < last; at += 3) this.#addNgram(at, at + 4, at === start ? AT_START : 0);
    if (end > last) return;
    this.#addNgram(Math.max(start, end - 4), end, AT_END + (at === start ? AT_START : 0));
  }

  #addNgram(start: number, end: number, place: number): void {
    let key = 0;
    for (let at = start; at < start + 4; at++) key = key * 256 + (at < end ? (this.#bytes[at] as number) : 0);
    const index = this.#find(key, place);
    if (index < 0 || this.#seen.has(index)) return;
    this.#seen.add(index);
    const next = this.#begins[index + 1] as number;
    for (let pair = this.#begins[index] as number; pair < next; pair++) {
      const language = this.#languages[pair] as number;
      this.#totals[language] =
        (this.#totals[language] as number) + LEAST_SCORE + (this.#scores[pair] as number);
    }
  }

  /** The number of an n-gram; -1 where it is not held. */
  #find(key: number, place: number): number {
    const { keys, first } = this.#runs[place] as Run;
    let low = 0;
    let high = keys.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = keys[middle] as number;
      if (found === key) return first + middle;
      if (found < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

let loading: Promise<Ngrams> | undefined;

/**
 * The bundled n-grams, read on first use, once; a failed load is forgotten and tried again at the next call.
 *
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE`.
 */
export function loadNgrams(): Promise<Ngrams> {
  loading ??= readNgrams(BUNDLED_LANGUAGES).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** @throws {ToxicityGuardError} `MODEL_UNREADABLE`, naming the file. */
export async function readNgrams(file: string): Promise<Ngrams> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} cannot be read`, { cause });
  }
  return new Ngrams(readSafetensors(bytes, file), file);
}
