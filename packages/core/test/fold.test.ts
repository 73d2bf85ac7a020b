import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASCII_KINDS, ASCII_UNITS, fold, IGNORED } from '../src/text/fold.js';
import { Kind } from '../src/text/kind.js';

const of = (character: string) => fold(character.codePointAt(0) as number);
const ALL = Array.from({ length: 0x110000 }, (_, codePoint) => codePoint);

describe('fold', () => {
  it.each([
    ['upper case', 'Q', 'q'],
    ['an accent', 'É', 'e'],
    ['several accents', 'ậ', 'a'],
    ['upper case whose lower case has two code points', 'İ', 'i'],
    ['full width', 'Ｆ', 'f'],
    ['circled', 'Ⓕ', 'f'],
    ['mathematical bold', '𝐟', 'f'],
    ['a ligature', 'ﬃ', 'ffi'],
    ['a long s', 'ſ', 's'],
    ['a unit of one character', '㎏', 'kg'],
    ['Greek upper case', 'Σ', 'σ'],
    ['Hangul, which decomposes', '한', '한'],
    ['an ideograph', '語', '語'],
    ['a compatibility ideograph', '豈', '豈'],
  ])('writes %s plainly', (_, character, units) => {
    expect(of(character)).toEqual({ units, kind: Kind.Letter });
  });

  it.each([
    ['a digit', '7', '7'],
    ['a superscript digit', '²', '2'],
    ['a full-width digit', '５', '5'],
    ['a fraction', '½', '1⁄2'],
  ])('knows %s', (_, character, units) => {
    expect(of(character)).toEqual({ units, kind: Kind.Digit });
  });

  it.each([
    ['zero width space', 0x200b],
    ['zero width joiner', 0x200d],
    ['soft hyphen', 0xad],
    ['word joiner', 0x2060],
    ['byte order mark', 0xfeff],
    ['combining acute accent', 0x301],
    ['variation selector', 0xfe0f],
    ['Hangul filler', 0x3164],
    ['right-to-left override', 0x202e],
    ['tag letter', 0xe0041],
    ['emoji skin tone', 0x1f3fd],
  ])('drops what is drawn as nothing: %s', (_, codePoint) => {
    expect(fold(codePoint).units).toBe('');
  });

  it.each([
    ['no-break space', 0xa0],
    ['em space', 0x2003],
    ['line separator', 0x2028],
    ['braille blank', 0x2800],
    ['em dash', 0x2014],
    ['a lone high surrogate', 0xd83d],
    ['a lone low surrogate', 0xde00],
    ['a private character', 0xe000],
    ['an unassigned one', 0x378],
  ])('separates at %s', (_, codePoint) => {
    expect(fold(codePoint)).toEqual({ units: ' ', kind: Kind.Separator });
  });

  it('knows apostrophes, signs that stand for letters, and pictures', () => {
    for (const character of "'’‘′`＇") expect(of(character)).toEqual({ units: "'", kind: Kind.Apostrophe });
    for (const character of '@$!|+*€£¡') expect(of(character).kind).toBe(Kind.LeetSymbol);
    for (const character of ['😀', '☺', '❤', '🇫']) {
      expect(of(character)).toEqual({ units: character, kind: Kind.Picture });
    }
  });

  it('folds every code point to at most eighteen units, and never to a line break', () => {
    const longest = Math.max(...chunked((codePoint) => fold(codePoint).units.length));
    expect(longest).toBe(18);
    expect(ALL.filter((codePoint) => /[\n\r]/.test(fold(codePoint).units))).toEqual([]);
  });

  it('leaves lower-case ASCII as it is and agrees with itself on the fast path', () => {
    for (let unit = 0; unit < 128; unit++) {
      const character = String.fromCharCode(unit);
      const folded = fold(unit);
      if (ASCII_KINDS[unit] === IGNORED) continue;
      expect(ASCII_KINDS[unit], character).toBe(folded.kind);
      expect(String.fromCharCode(ASCII_UNITS[unit] as number), character).toBe(folded.units);
      if (/[a-z0-9]/.test(character)) expect(folded.units).toBe(character);
      if (/[A-Z]/.test(character)) expect(folded.units).toBe(character.toLowerCase());
    }
  });

  it('ignores ASCII control characters but not white space', () => {
    const ignored = Array.from(ASCII_KINDS.keys()).filter((unit) => ASCII_KINDS[unit] === IGNORED);
    expect(ignored).toEqual([...Array(9).keys(), ...range(14, 32), 127]);
  });

  it('folds letters that it has folded to themselves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x10ffff }), (codePoint) => {
        const { units } = fold(codePoint);
        fc.pre(/^\p{L}+$/u.test(units));
        expect(Array.from(units, (character) => of(character).units).join('')).toBe(units);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same answer after it has forgotten', () => {
    const before = ['é', '𝐟', '語'].map((character) => of(character));
    for (let codePoint = 0x20000; codePoint < 0x20000 + 25_000; codePoint++) fold(codePoint);
    expect(['é', '𝐟', '語'].map((character) => of(character))).toEqual(before);
  });
});

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

/** Largest value of a function over all code points, by chunks that an argument list can hold. */
function chunked(value: (codePoint: number) => number): number[] {
  return range(0, 0x110).map((chunk) =>
    Math.max(...ALL.slice(chunk * 0x1000, (chunk + 1) * 0x1000).map(value)),
  );
}
