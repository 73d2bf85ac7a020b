import { readFile } from 'node:fs/promises';
import { kerasTokenizer } from '@toxicity-guard/core';

/** The words of Keras's `word_index` by their index, without a gap. */
export interface OrderedWords {
  /** In the order of their index. */
  readonly words: readonly string[];
  /** The index of the first, 1 as Keras has it. */
  readonly firstIndex: number;
}

/**
 * Reads Keras's `word_index`, or what `tokenizer.to_json()` gives, as JSON.
 *
 * @param most so many of the words with the lowest indexes, which are the most frequent.
 * @throws {Error} naming what is wrong.
 */
export async function readWordIndex(file: string, most = Number.POSITIVE_INFINITY): Promise<OrderedWords> {
  const index = readIndex(file, await readFile(file, 'utf8'));
  const words = [...index.keys()].sort((one, other) => indexOf(one) - indexOf(other));
  const [first] = words;
  if (first === undefined) throw new Error(`${file} has no words`);
  const firstIndex = indexOf(first);
  if (words.length > most) words.length = most;
  const gap = words.findIndex((word, place) => indexOf(word) !== firstIndex + place);
  if (gap < 0) return { words, firstIndex };
  const isTwice = indexOf(words[gap] as string) === firstIndex + gap - 1;
  const wrong = isTwice ? firstIndex + gap - 1 : firstIndex + gap;
  throw new Error(`${file} ${isTwice ? 'has two words with' : 'has no word with'} the index ${wrong}`);

  function indexOf(word: string): number {
    return index.get(word) as number;
  }
}

function readIndex(file: string, text: string): ReadonlyMap<string, number> {
  try {
    let json: unknown = JSON.parse(text);
    // Many keep the text of `to_json()` by `json.dump()`, and so as a text within a text.
    const inner = typeof json === 'string' ? json : text;
    if (typeof json === 'string') json = JSON.parse(json);
    const { config } = (json ?? {}) as { config?: unknown };
    const isTokenizer = typeof config === 'object' && config !== null;
    const tokenizer = isTokenizer
      ? kerasTokenizer.fromJSON(inner)
      : kerasTokenizer({ wordIndex: json as Record<string, number> });
    return tokenizer.wordIndex as ReadonlyMap<string, number>;
  } catch (cause) {
    const why =
      cause instanceof SyntaxError ? 'is not JSON' : `is no word index: ${(cause as Error).message}`;
    throw new Error(`${file} ${why}`, { cause });
  }
}
