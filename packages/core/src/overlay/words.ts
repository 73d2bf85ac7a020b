import { unleet } from '../text/resolve.js';

const LETTER = /\p{L}/u;
const POSSESSIVE = "'s";
/** So many of one letter in a row are a stretched one; fewer are how the word is spelt. */
const STRETCHED = 3;
const L = 'l';
/** Stands for a sign that may be an `i` or an `l`; no token has it. */
const EITHER = '\ue000';
// Three and more in a row are one letter, stretched. To `split`, what is in brackets is a part too.
const EITHERS = /(\ue000{3,}|\ue000)/;
/** With so many there are 2⁴ readings; with more all are read alike. */
const MOST_EITHERS = 4;

const ASCII = 128;
const KEY_LETTERS = Array.from({ length: ASCII }, (_, unit) => keyLetter(String.fromCharCode(unit)));

/**
 * What a word and all its disguises have in common: signs read as letters, `l` as `i` since signs stand for
 * both, and runs of one letter as one of it. Words that are not alike may share it.
 *
 * @example
 * keyOf('f00000l') === keyOf('fool') // true
 */
export function keyOf(word: string): string {
  let key = '';
  let before = '';
  for (let at = 0; at < word.length; at++) {
    const unit = word.charCodeAt(at);
    const letter = unit < ASCII ? (KEY_LETTERS[unit] as string) : keyLetter(word[at] as string);
    if (letter !== before) key += letter;
    before = letter;
  }
  return key;
}

function keyLetter(letter: string): string {
  const plain = unleet(letter, 'i');
  return plain === L ? 'i' : plain;
}

/** A token as it is, and without a possessive. */
export function stemsOf(token: string): string[] {
  const isPossessive = token.endsWith(POSSESSIVE) && token.length > POSSESSIVE.length;
  return isPossessive ? [token, token.slice(0, -POSSESSIVE.length)] : [token];
}

/** Itself, and with its signs read as letters. Of signs alone only `@$$` and the like are read, no price. */
export function readingsOf(token: string): string[] {
  const plain = unleet(token, EITHER);
  if (plain === token || !(LETTER.test(token) || isOpenedByAt(token))) return [token];
  const parts = plain.split(EITHERS);
  const places = parts.filter((part) => part[0] === EITHER).length;
  const choices =
    places > MOST_EITHERS ? [0, -1] : Array.from({ length: 2 ** places }, (_, choice) => choice);
  const readings = choices.map((choice) => {
    let place = 0;
    return parts
      .map((part) =>
        part[0] === EITHER ? (((choice >> place++) & 1) === 1 ? L : 'i').repeat(part.length) : part,
      )
      .join('');
  });
  return [token, ...readings];
}

function isOpenedByAt(token: string): boolean {
  if (token[0] !== '@') return false;
  for (let at = 0; at < token.length; at++) if (isDigit(token.charCodeAt(at))) return false;
  return true;
}

/**
 * Whether a reading is a word, or the word stretched: each run of letters as long as the word's, or of three and
 * more where the word's is no longer. `good` is no `god`, and 1000 is no 10.
 */
export function isStretched(reading: string, word: string): boolean {
  let at = 0;
  let of = 0;
  while (at < reading.length && of < word.length) {
    const letter = reading[at] as string;
    if (word[of] !== letter) return false;
    const run = runAt(reading, at);
    const own = runAt(word, of);
    const isLonger = run >= STRETCHED && run > own && !isDigit(letter.charCodeAt(0));
    if (run !== own && !isLonger) return false;
    at += run;
    of += own;
  }
  return at === reading.length && of === word.length;
}

function runAt(word: string, at: number): number {
  let end = at + 1;
  while (end < word.length && word[end] === word[at]) end++;
  return end - at;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
