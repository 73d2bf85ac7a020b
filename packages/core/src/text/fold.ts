import { Kind } from './kind.js';

/** One code point after folding: the UTF-16 units that stand for it, and what they are. */
export interface Folded {
  readonly units: string;
  readonly kind: Kind;
}

const IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\p{M}\p{Cf}\p{Emoji_Modifier}]$/u;
const MARKS = /\p{M}/gu;
const WORD = /^[\p{L}\p{N}]/u;
const PICTURE = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]$/u;
const APOSTROPHES = new Set("'’‘ʼ′`´＇");
const LEET_SYMBOLS = new Set('@$!|+*€£¡');

const NOTHING: Folded = { units: '', kind: Kind.Separator };
const SEPARATOR: Folded = { units: ' ', kind: Kind.Separator };

function kindOf(folded: string): Kind {
  const first = folded.charAt(0);
  if (first >= '0' && first <= '9') return Kind.Digit;
  // Before the letters, of which U+02BC is one.
  if (APOSTROPHES.has(first)) return Kind.Apostrophe;
  if (WORD.test(folded)) return Kind.Letter;
  if (LEET_SYMBOLS.has(first)) return Kind.LeetSymbol;
  return Kind.Separator;
}

/** Ideographs and Hangul syllables: letters that stand for themselves, and far too many to look each up. */
function isPlainLetter(codePoint: number): boolean {
  return (
    (codePoint >= 0x4e00 && codePoint <= 0x9fff) ||
    (codePoint >= 0xac00 && codePoint <= 0xd7a3) ||
    (codePoint >= 0x3400 && codePoint <= 0x4dbf)
  );
}

function compute(codePoint: number): Folded {
  if (isPlainLetter(codePoint)) return { units: String.fromCharCode(codePoint), kind: Kind.Letter };
  // A lone surrogate is no character; it separates, as a replacement character would.
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return SEPARATOR;
  const character = String.fromCodePoint(codePoint);
  if (IGNORABLE.test(character)) return NOTHING;
  // Not an ignorable in Unicode's sense, but drawn as nothing: braille blank, Hangul fillers are Lo or So.
  if (codePoint === 0x2800) return SEPARATOR;
  const decomposed = character.normalize('NFKD');
  const lower = (decomposed === character ? character : decomposed.replace(MARKS, '')).toLowerCase();
  // Most characters are their own plain form already, and a text may hold thousands of different ones.
  const bare = lower === character ? character : lower.normalize('NFKC');
  if (bare === '') return NOTHING;
  const kind = kindOf(bare);
  if (kind === Kind.Apostrophe) return { units: "'", kind };
  if (kind !== Kind.Separator) return { units: bare, kind };
  return PICTURE.test(character) ? { units: character, kind: Kind.Picture } : SEPARATOR;
}

/** {@link Folded} for the 128 ASCII units, unrolled into arrays for the tokeniser's fast path. */
export const ASCII_UNITS = new Uint16Array(128);
export const ASCII_KINDS = new Uint8Array(128);
for (let unit = 0; unit < 128; unit++) {
  const folded = compute(unit);
  ASCII_UNITS[unit] = folded.units.charCodeAt(0) || 0x20;
  ASCII_KINDS[unit] = folded.kind;
}
// Control characters are no separators a reader can see: "f\u0000oo" reads as one word. White space is.
export const IGNORED = 255;
for (let unit = 0; unit < 128; unit++) {
  const blank = unit === 9 || unit === 10 || unit === 11 || unit === 12 || unit === 13;
  if ((unit < 32 && !blank) || unit === 127) ASCII_KINDS[unit] = IGNORED;
}

/** A sender who writes every code point there is must not make us remember each. */
const MOST_REMEMBERED = 20_000;
const remembered = new Map<number, Folded>();

/**
 * Folds one code point: compatibility forms to their plain ones, letters to lower case without accents,
 * marks, format and zero-width characters to nothing (Unicode NFKC_Casefold, UAX #15 and #31, with the
 * combining marks taken off too).
 *
 * @param codePoint 0 to 0x10FFFF; a surrogate folds to a separator.
 * @example
 * fold('Ⓕ'.codePointAt(0)).units // 'f'
 * fold(0x200b).units             // '' (zero width space)
 */
export function fold(codePoint: number): Folded {
  const known = remembered.get(codePoint);
  if (known !== undefined) return known;
  const folded = compute(codePoint);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(codePoint, folded);
  return folded;
}
