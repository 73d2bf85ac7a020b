import { hashLetters, joined, powerOf, type WordFilter } from './common-words.js';

/** The rank of a word in a vocabulary that is sorted by frequency, 0 the most frequent; -1 where it has none. */
export type RankOf = (word: string) => number;

/** What each sign that stands for a letter is read as. `1`, `!` and `|` are read as `i` first, then as `l`. */
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
  '€': 'e',
  '£': 'l',
  '¡': 'i',
};
const SIGN = /[^\p{L}']/u;
const LETTER = /\p{L}/u;
const NOT_DIGIT = /[^0-9]/;
const SIGNS = /[^\p{L}\p{N}']/gu;
const PLAIN = /^[a-z]+$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
/** So many stretched letters have 2⁵ readings. */
const MOST_RUNS = 5;
/** Short words are too close to each other, and nobody misses one letter of so long a one. */
const SHORTEST_MISTYPED = 5;
const LONGEST_MISTYPED = 20;
/** A mistyped word is taken for a common one, or a rare name would be taken for a rare word. */
export const RAREST_MEANT = 12_000;

/** A word with its signs read as letters, those for `i` or `l` as `i` says. */
export function unleet(word: string, i: string): string {
  let plain = '';
  for (const character of word) {
    const letter = LEET[character] ?? character;
    plain += letter === 'i' && character !== 'i' ? i : letter;
  }
  return plain;
}

/** Cuts a word into runs of one character. */
function runsOf(word: string): string[] {
  const runs: string[] = [];
  for (let index = 0; index < word.length; ) {
    let end = index + 1;
    while (end < word.length && word[end] === word[index]) end++;
    runs.push(word.slice(index, end));
    index = end;
  }
  return runs;
}

/** Shortens every run of one character that is longer than `longest` to `length`. */
function collapse(word: string, longest: number, length: number): string {
  return runsOf(word)
    .map((run) => (run.length > longest ? run.slice(0, length) : run))
    .join('');
}

/** Every reading of a word stretched at several places: each long run as one and as two of its character. */
function unstretch(word: string): string[] {
  const runs = runsOf(word);
  const long = runs.filter((run) => run.length > 2).length;
  if (long < 2 || long > MOST_RUNS) return [];
  return Array.from({ length: 2 ** long }, (_, choice) => {
    let run = 0;
    return runs.map((text) => (text.length > 2 ? text.slice(0, 1 + ((choice >> run++) & 1)) : text)).join('');
  });
}

/**
 * The words that a token may stand for, likeliest first: itself, then with leet signs read as letters
 * (`sh1t`), with stretched letters shortened (`soooo`), without a possessive or signs. The vocabulary
 * decides: the first candidate it holds is the word. Where it holds none, the last candidate stands for it.
 *
 * @param token a token as the tokeniser makes it: folded, lower case, 1 to 48 units.
 * @example
 * candidates('h4ppyyyy') // ['h4ppyyyy', …, 'happyy', 'happy', …]
 */
export function candidates(token: string): string[] {
  if (!NOT_DIGIT.test(token)) return [token, '0'];
  const found = new Set([token]);
  const signs = SIGN.test(token) && LETTER.test(token);
  const readings = signs ? [token, unleet(token, 'i'), unleet(token, 'l')] : [token];
  for (const reading of readings) {
    found.add(reading);
    if (reading.endsWith("'s")) found.add(reading.slice(0, -2));
    found.add(collapse(reading, 2, 2));
    found.add(collapse(reading, 2, 1));
    for (const word of unstretch(reading)) found.add(word);
  }
  const bare = token.replace(SIGNS, '');
  if (bare !== '') found.add(bare);
  const last = bare === '' || token.includes('*') ? token : (readings[1] ?? token);
  if (last.length >= 4) found.add(collapse(last, 1, 1));
  // Read last: what no vocabulary holds is judged in its plainest full form.
  const plain = collapse(last, 2, 2);
  found.delete(plain);
  found.add(plain);
  return [...found];
}

/**
 * The words that one slip of the fingers makes of a word, its first letter kept: two letters swapped, one too
 * many, one left out, one wrong.
 *
 * @param common leaves out what is none of these, mostly before it is made: there are 53 slips a letter.
 * @example
 * slips('idoit').includes('idiot') // true
 */
export function slips(word: string, common?: WordFilter): string[] {
  if (word.length < SHORTEST_MISTYPED || word.length > LONGEST_MISTYPED || !PLAIN.test(word)) return [];
  const found: string[] = [];
  let before = 0;
  for (let at = 1; at <= word.length; at++) {
    before = joined(before, word.charCodeAt(at - 1), powerOf(1));
    const [start, rest, behind] = [word.slice(0, at), word.slice(at), word.slice(at + 1)];
    const tryPiece = (middle: string, end: string, power: number, endHash: number): void => {
      const first = joined(before, hashLetters(middle), powerOf(middle.length));
      if (common?.mayHold(joined(first, endHash, power)) !== false) found.push(start + middle + end);
    };
    const [restPower, restHash] = [powerOf(rest.length), hashLetters(rest)];
    const [behindPower, behindHash] = [powerOf(behind.length), hashLetters(behind)];
    if (rest.length > 1) {
      const end = word.slice(at + 2);
      tryPiece(`${word[at + 1]}${word[at]}`, end, powerOf(end.length), hashLetters(end));
    }
    if (rest !== '') tryPiece('', behind, behindPower, behindHash);
    for (const letter of ALPHABET) {
      tryPiece(letter, rest, restPower, restHash);
      if (rest !== '') tryPiece(letter, behind, behindPower, behindHash);
    }
  }
  return found;
}

/**
 * The word that a token stands for in a given vocabulary: a {@link candidates candidate} that it holds, else
 * the most frequent of its common words that is one slip away, else the last candidate, which is judged by its
 * character n-grams.
 *
 * @param rankOf the rank of a word in the vocabulary by frequency, 0 the most frequent; -1 where it has none.
 * @param common the vocabulary's first {@link RAREST_MEANT} words, which makes this thirty times as fast.
 * @example
 * resolve('happyyyy', (word) => ['happy'].indexOf(word)) // 'happy'
 */
export function resolve(token: string, rankOf: RankOf, common?: WordFilter): string {
  if (rankOf(token) >= 0) return token;
  const words = candidates(token);
  for (const word of words) if (rankOf(word) >= 0) return word;
  const last = words[words.length - 1] as string;
  let best = last;
  let least = RAREST_MEANT;
  for (const word of slips(last, common)) {
    const rank = rankOf(word);
    if (rank < 0 || rank >= least) continue;
    best = word;
    least = rank;
  }
  return best;
}
