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

function unleet(word: string, i: string): string {
  let plain = '';
  for (const character of word) {
    const letter = LEET[character] ?? character;
    plain += letter === 'i' && character !== 'i' ? i : letter;
  }
  return plain;
}

/** Shortens every run of one character that is longer than `longest` to `length`. */
function collapse(word: string, longest: number, length: number): string {
  let short = '';
  for (let index = 0; index < word.length; ) {
    let end = index + 1;
    while (end < word.length && word[end] === word[index]) end++;
    const run = end - index;
    short += word.slice(index, index + (run > longest ? length : run));
    index = end;
  }
  return short;
}

/**
 * The words that a token may stand for, likeliest first: itself, then with leet signs read as letters
 * (`sh1t`), with stretched letters shortened (`soooo`), without a possessive or signs. The vocabulary
 * decides: the first candidate it holds is the word. Where it holds none, the last candidate is judged by
 * its character n-grams.
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
 * The word that a token stands for in a given vocabulary.
 *
 * @param has whether the vocabulary holds a word.
 * @example
 * resolve('happyyyy', (word) => word === 'happy') // 'happy'
 */
export function resolve(token: string, has: (word: string) => boolean): string {
  if (has(token)) return token;
  const words = candidates(token);
  for (const word of words) if (has(word)) return word;
  return words[words.length - 1] as string;
}
