import { aBoolean, anInteger, aString, type Check, type Checks, checkOptions, fail } from '../check.js';
import { ToxicityGuardError } from '../errors.js';
import { type KerasToken, kerasTokens } from './keras-tokens.js';

/** The options of Keras's `Tokenizer`, by their names there in camel case. */
export interface KerasTokenizerOptions {
  /** Characters that are taken out, each for itself. Default: Keras's, which are most ASCII signs, tab and line feed. */
  filters?: string;
  /** Whether texts are put in lower case first. Default `true`. */
  lower?: boolean;
  /** What stands between words. Default a blank: other white space but tab and line feed is part of a word. */
  split?: string;
  /** Whether every character is a word. Default `false`. */
  charLevel?: boolean;
  /** Only words of a smaller index count. `0` for all of them. Default `0`. */
  numWords?: number;
  /** The word that stands for unknown ones. Default: unknown words are left out. */
  oovToken?: string;
  /** Each word's index. Default: the index is asked for with each call. */
  wordIndex?: Readonly<Record<string, number>> | ReadonlyMap<string, number>;
}

/** Gives a word's index, or `undefined` where it is unknown. */
export type IndexOf = (word: string) => number | undefined;

/** Text to indexes, exactly as `keras.preprocessing.text.Tokenizer` has it. */
export interface KerasTokenizer {
  readonly filters: string;
  readonly lower: boolean;
  readonly split: string;
  readonly charLevel: boolean;
  readonly numWords: number;
  readonly oovToken: string | undefined;
  readonly wordIndex: ReadonlyMap<string, number> | undefined;
  /**
   * The words of a text, as `text_to_word_sequence` gives them. An array is taken for words that are cut already:
   * only their case changes.
   *
   * @example
   * kerasTokenizer().words("Don't panic (yet)!") // ["don't", 'panic', 'yet']
   */
  words(text: string | readonly string[]): string[];
  /** The same words with their places in the text. */
  tokens(text: string): KerasToken[];
  /**
   * The index that stands for a word, or `undefined` where the word is left out: `texts_to_sequences` for one word.
   *
   * @param indexOf the index of a word, and of `oovToken` where that is set. Default: `wordIndex`.
   * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH` when the word is unknown, and `oovToken` is too.
   * @throws {TypeError} when there is neither `indexOf` nor `wordIndex`.
   */
  index(word: string, indexOf?: IndexOf): number | undefined;
  /**
   * The indexes of a text's words without those that are left out: `texts_to_sequences` for one text.
   *
   * @throws what {@link KerasTokenizer.index} throws.
   * @example
   * const tokenizer = kerasTokenizer({ wordIndex: { you: 1, fool: 2 } });
   * tokenizer.sequence(tokenizer.words('You great fool!')) // [1, 2]
   */
  sequence(words: readonly string[], indexOf?: IndexOf): number[];
}

const FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';
/** What an `Int32Array` holds. */
const LARGEST_INDEX = 2 ** 31 - 1;

const aText: Check<string> = (value, path) =>
  typeof value === 'string' ? value : fail(path, 'be a string', value);

const anIndex = anInteger(0, LARGEST_INDEX);

/** A map, since a plain object would know words such as `constructor`. */
const aWordIndex: Check<ReadonlyMap<string, number>> = (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(path, 'be an object or a map', value);
  }
  const index = new Map<string, number>();
  for (const [word, at] of value instanceof Map ? value : Object.entries(value)) {
    index.set(aText(word, path), anIndex(at, `${path}.${word}`));
  }
  return index;
};

const checks: Checks<KerasTokenizerOptions> = {
  filters: aText,
  lower: aBoolean,
  split: aString,
  charLevel: aBoolean,
  numWords: anInteger(0),
  oovToken: aString,
  wordIndex: aWordIndex,
};

/**
 * Makes a tokenizer that turns text into what a Keras model was trained on.
 *
 * Lower case is that of the Unicode version that Node carries, as in Keras it is that of Python's.
 *
 * @throws {TypeError} for a wrong option.
 * @example
 * const tokenizer = kerasTokenizer({ numWords: 3, wordIndex: { the: 1, cat: 2, sat: 3 } });
 * const [padded] = padSequences([tokenizer.sequence(tokenizer.words('The cat sat.'))], { maxlen: 4 });
 * // Int32Array [0, 0, 1, 2]
 */
export function kerasTokenizer(options: KerasTokenizerOptions = {}): KerasTokenizer {
  const { filters = FILTERS, lower = true, split = ' ', ...set } = checkOptions(options, checks);
  const cut = { filters, lower, split, charLevel: set.charLevel ?? false };
  const tokens = kerasTokens(cut);
  const numWords = set.numWords ?? 0;
  const { oovToken } = set;
  const wordIndex = set.wordIndex as ReadonlyMap<string, number> | undefined;
  if (oovToken !== undefined && wordIndex !== undefined && !wordIndex.has(oovToken)) {
    fail('oovToken', 'be a word of wordIndex', oovToken);
  }
  const own: IndexOf | undefined = wordIndex && ((word) => wordIndex.get(word));

  function index(word: string, indexOf: IndexOf | undefined = own): number | undefined {
    if (indexOf === undefined) fail('indexOf', 'be a function, as there is no wordIndex', indexOf);
    const found = indexOf(word);
    if (found !== undefined && (numWords === 0 || found < numWords)) return found;
    if (oovToken === undefined) return undefined;
    const unknown = indexOf(oovToken);
    if (unknown !== undefined || found !== undefined) return unknown;
    throw new ToxicityGuardError('VOCABULARY_MISMATCH', 'The vocabulary does not know the oovToken');
  }

  return {
    ...cut,
    numWords,
    oovToken,
    wordIndex,
    tokens,
    words(text) {
      if (typeof text === 'string') return tokens(text).map(({ word }) => word);
      return text.map((word) => (lower ? word.toLowerCase() : word));
    },
    index,
    sequence(words, indexOf = own) {
      const indexes: number[] = [];
      for (const word of words) {
        const found = index(word, indexOf);
        if (found !== undefined) indexes.push(found);
      }
      return indexes;
    },
  };
}

/**
 * Reads what Keras's `tokenizer.to_json()` wrote.
 *
 * @throws {TypeError} when it is something else.
 */
kerasTokenizer.fromJSON = (json: string): KerasTokenizer => {
  const config = objectOf(parse(json, 'json').config, 'json.config');
  return kerasTokenizer({
    ...given('filters', Array.isArray(config.filters) ? config.filters.join('') : config.filters),
    ...given('lower', config.lower),
    ...given('split', config.split),
    ...given('charLevel', config.char_level),
    ...given('numWords', config.num_words),
    ...given('oovToken', config.oov_token),
    // A JSON text within the JSON text.
    wordIndex: parse(config.word_index, 'json.config.word_index') as Record<string, number>,
  });
};

function given(name: keyof KerasTokenizerOptions, value: unknown): KerasTokenizerOptions {
  return value === null || value === undefined ? {} : { [name]: value };
}

function parse(json: unknown, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(aText(json, path));
  } catch {
    fail(path, 'be JSON as tokenizer.to_json() of Keras writes it', json);
  }
  return objectOf(value, path);
}

function objectOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'be an object', value);
  return value as Record<string, unknown>;
}
