import { readFile } from 'node:fs/promises';

/** The words of Keras's `word_index`, without a gap. */
export interface WordIndex {
  /** In the order of their index. */
  readonly words: readonly string[];
  /** The index of the first, 1 as Keras has it. */
  readonly firstIndex: number;
  /** A word's place in `words`. */
  placeOf(word: string): number | undefined;
}

/** One word and its index, from there on where the one before ended. */
const PAIR = /\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*(\d{1,15})\s*([,}])/y;
const BEGIN = /\s*\{/y;

/**
 * Reads Keras's `word_index`, or what `tokenizer.to_json()` gives, as JSON.
 *
 * @param most so many of the words with the lowest indexes, which are the most frequent.
 * @throws {Error} naming what is wrong.
 */
export async function readWordIndex(file: string, most = Number.POSITIVE_INFINITY): Promise<WordIndex> {
  const index = readIndex(await readFile(file, 'utf8'));
  if (index === undefined || index.size === 0) {
    throw new Error(
      `${file} is no word index: a JSON object of words and whole numbers, or tokenizer.to_json()`,
    );
  }
  let firstIndex = Number.POSITIVE_INFINITY;
  for (const at of index.values()) firstIndex = Math.min(firstIndex, at);
  const words: string[] = new Array(Math.min(index.size, most));
  for (const [word, at] of index) {
    const place = at - firstIndex;
    if (place >= words.length) continue;
    if (words[place] !== undefined) throw new Error(`${file} has two words with the index ${at}`);
    words[place] = word;
  }
  for (let place = 0; place < words.length; place++) {
    if (words[place] === undefined)
      throw new Error(`${file} has no word with the index ${firstIndex + place}`);
  }
  const placeOf = (word: string): number | undefined => {
    const place = (index.get(word) ?? Number.NaN) - firstIndex;
    return place < words.length ? place : undefined;
  };
  return { words, firstIndex, placeOf };
}

function readIndex(text: string): ReadonlyMap<string, number> | undefined {
  const pairs = readPairs(text);
  if (pairs !== undefined) return pairs;
  try {
    const json: unknown = JSON.parse(text);
    // Many keep the text of `to_json()` by `json.dump()`, and so as a text within a text.
    if (typeof json === 'string') return readIndex(json);
    const { config } = (json ?? {}) as { config?: { word_index?: unknown } | null };
    return typeof config?.word_index === 'string' ? readPairs(config.word_index) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads pair by pair: an object of so many words would take several times the memory. */
function readPairs(text: string): Map<string, number> | undefined {
  BEGIN.lastIndex = 0;
  if (!BEGIN.test(text)) return undefined;
  const pairs = new Map<string, number>();
  PAIR.lastIndex = BEGIN.lastIndex;
  for (let pair = PAIR.exec(text); pair !== null; pair = PAIR.exec(text)) {
    const { lastIndex } = PAIR;
    pairs.set(JSON.parse(pair[1] as string), Number(pair[2]));
    if (pair[3] === '}') return text.slice(lastIndex).trim() === '' ? pairs : undefined;
  }
  return undefined;
}
