import {
  candidates,
  hashNgrams,
  hashWord,
  type RankOf,
  resolve,
  Tokeniser,
} from '@toxicity-guard/core/training';

/** Comments as word indexes. */
export interface Encoded {
  /** Every distinct word; the first `vocabularySize` are the vocabulary, most frequent first. */
  readonly words: string[];
  readonly vocabularySize: number;
  /** Words of comment `i`: `ids[offsets[i] … offsets[i + 1])`, indexes into `words`. */
  readonly ids: Int32Array;
  readonly offsets: Int32Array;
}

/** How words are chosen for the vocabulary. */
export interface VocabularySettings {
  /** A word must stand in so many comments. */
  readonly minCount: number;
  readonly maxWords: number;
}

/** Calls `use` with the tokens of each window-sized beginning of each text. */
function eachText(
  texts: readonly string[],
  window: number,
  rankOf: RankOf | undefined,
  use: (tokens: string[], index: number) => void,
): void {
  const tokeniser = new Tokeniser(window, rankOf);
  for (const [index, text] of texts.entries()) {
    tokeniser.read(text, 0);
    use(tokeniser.words(), index);
  }
}

/** Chooses the vocabulary: words by the number of comments that hold them, ties in code-unit order. */
export function buildVocabulary(
  texts: readonly string[],
  window: number,
  settings: VocabularySettings,
): string[] {
  const counts = new Map<string, number>();
  eachText(texts, window, undefined, (tokens) => {
    for (const token of new Set(tokens)) counts.set(token, (counts.get(token) ?? 0) + 1);
  });
  return [...counts]
    .filter(([word, count]) => count >= settings.minCount && !isDisguise(word, count, counts))
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, settings.maxWords)
    .map(([word]) => word);
}

/** A sign between letters, or a letter three times. */
const DISGUISED = /[a-z][^a-z'*]+[a-z]|[@$]|(.)\1\1/;
/** So many times as frequent as its disguise is a plain word at the least. */
const DISGUISED_SHARE = 3;

/** Whether a word is another one in disguise, which the vocabulary must not hold, or it would not be resolved. */
function isDisguise(word: string, count: number, counts: ReadonlyMap<string, number>): boolean {
  if (!DISGUISED.test(word)) return false;
  return candidates(word).some((plain) => (counts.get(plain) ?? 0) > DISGUISED_SHARE * count);
}

/** Reads texts as indexes of words, resolving disguises against the vocabulary as the classifier does. */
export function encode(texts: readonly string[], window: number, vocabulary: readonly string[]): Encoded {
  const index = new Map(vocabulary.map((word, position) => [word, position]));
  const words = [...vocabulary];
  const ranks = new Map(index);
  const resolved = new Map<string, number>();
  const rankOf = (word: string): number => ranks.get(word) ?? -1;
  const ids: number[] = [];
  const offsets = new Int32Array(texts.length + 1);
  eachText(texts, window, rankOf, (tokens, text) => {
    for (const token of tokens) {
      let id = resolved.get(token);
      if (id === undefined) {
        const word = resolve(token, rankOf);
        id = index.get(word) ?? words.push(word) - 1;
        index.set(word, id);
        resolved.set(token, id);
      }
      ids.push(id);
    }
    offsets[text + 1] = ids.length;
  });
  return { words, vocabularySize: vocabulary.length, ids: Int32Array.from(ids), offsets };
}

/** The n-grams of every word: those of word `i` are `buckets[offsets[i] … offsets[i + 1])`. */
export interface Ngrams {
  readonly offsets: Int32Array;
  readonly buckets: Int32Array;
}

/** Hashes every word's character n-grams into `size` buckets, a power of two. */
export function ngramsOf(words: readonly string[], shortest: number, longest: number, size: number): Ngrams {
  const offsets = new Int32Array(words.length + 1);
  const buckets: number[] = [];
  const scratch: number[] = [];
  for (const [index, word] of words.entries()) {
    for (const hash of hashNgrams(word, shortest, longest, scratch)) buckets.push(hash & (size - 1));
    offsets[index + 1] = buckets.length;
  }
  return { offsets, buckets: Int32Array.from(buckets) };
}

/** The hash of every word. */
export function wordHashes(words: readonly string[]): Uint32Array {
  return Uint32Array.from(words, hashWord);
}
