import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH, Tokeniser } from '../src/text/tokenise.js';

/** Words of a text, and what stands at their places in it. */
function read(text: string, limit = 400): { words: string[]; places: string[]; end: number } {
  const tokeniser = new Tokeniser(limit);
  const end = tokeniser.read(text, 0);
  const places = Array.from({ length: tokeniser.count }, (_, token) =>
    text.slice(tokeniser.from[token], tokeniser.to[token]),
  );
  return { words: tokeniser.words(), places, end };
}

/** `[text, words, places]`; places where they differ from the words. */
const cases: Record<string, [text: string, words: string[], places?: string[]][]> = {
  words: [
    ['Hello, World!', ['hello', 'world'], ['Hello', 'World']],
    ['a\tb\nc', ['abc'], ['a\tb\nc']],
    ['one-two/three', ['one', 'two', 'three']],
    ["don't 'quoted' dogs'", ["don't", 'quoted', 'dogs']],
    ['don’t', ["don't"], ['don’t']],
    ['route 66, 2nd', ['route', '66', '2nd']],
    ['', []],
    [' \n\t ', []],
    ['?!... ***', []],
  ],
  folding: [
    ['ÀÉÎ', ['aei'], ['ÀÉÎ']],
    ['e\u0301te\u0301', ['ete'], ['e\u0301te\u0301']],
    ['ＦＯＯＬ', ['fool'], ['ＦＯＯＬ']],
    ['𝐟𝐨𝐨𝐥 x', ['fool', 'x'], ['𝐟𝐨𝐨𝐥', 'x']],
    ['aﬃx', ['affix'], ['aﬃx']],
    ['語 한국', ['語', '한국']],
  ],
  'look-alikes': [
    ['fооl', ['fool'], ['fооl']],
    ['ѕсum', ['scum'], ['ѕсum']],
    ['ɪdiot', ['idiot'], ['ɪdiot']],
    // A word of another script stays one.
    ['дурак', ['дурак']],
    ['ψυχή', ['ψυχη'], ['ψυχή']],
    // All letters are drawn like Latin ones: nobody can tell.
    ['сосо', ['coco'], ['сосо']],
  ],
  'what is drawn as nothing': [
    ['fo\u200bo\u200dl', ['fool'], ['fo\u200bo\u200dl']],
    ['\u200bfool\u200b.', ['fool'], ['fool\u200b']],
    ['f\u00ado\u2060ol', ['fool'], ['f\u00ado\u2060ol']],
    ['f\u0000oo\u0007l', ['fool'], ['f\u0000oo\u0007l']],
    ['\u202efool', ['fool'], ['fool']],
  ],
  'signs for letters': [
    ['f00l', ['f00l']],
    ['@lien $ize', ['@lien', '$ize']],
    ['cla$$ bra@', ['cla$$', 'bra@']],
    ['!wow! +plus+', ['wow', 'plus']],
    ['f**l f*** note*', ['f**l', 'f***', 'note']],
    ['**bold**', ['bold**'], ['bold**']],
    ['me@home.org', ['me@home', 'org']],
  ],
  stretched: [['nooooo', ['nooooo']]],
  'words without blanks': [
    ['YouAreSilly', ['you', 'are', 'silly'], ['You', 'Are', 'Silly']],
    [
      'what aSillyIDEAToHave',
      ['what', 'asilly', 'idea', 'to', 'have'],
      ['what', 'aSilly', 'IDEA', 'To', 'Have'],
    ],
    ['#IAgreeWithThem', ['i', 'agree', 'with', 'them'], ['I', 'Agree', 'With', 'Them']],
    ['fOoLiSh', ['foolish'], ['fOoLiSh']],
    ['FoOl', ['fool'], ['FoOl']],
    ['iPhone', ['iphone'], ['iPhone']],
    ['FOOLISH', ['foolish'], ['FOOLISH']],
  ],
  'spaced letters': [
    ['f o o l', ['fool'], ['f o o l']],
    ['you f.o.o.l!', ['you', 'fool'], ['you', 'f.o.o.l']],
    ['f - o - o', ['foo'], ['f - o - o']],
    ['f    o    o', ['f', 'o', 'o']],
    ['f o', ['f', 'o']],
    ['1 2 3 4', ['1', '2', '3', '4']],
    ['f 0 0 l', ['f00l'], ['f 0 0 l']],
    ['a b c word d e', ['abc', 'word', 'd', 'e'], ['a b c', 'word', 'd', 'e']],
    ['f\u200b o\u200b o', ['foo'], ['f\u200b o\u200b o']],
  ],
  pictures: [
    ['nice😀day', ['nice', '😀', 'day']],
    ['👍🏽 ok', ['👍', 'ok'], ['👍', 'ok']],
    ['🇫🇷', ['🇫', '🇷']],
    ['👩‍🚀', ['👩', '🚀'], ['👩', '🚀']],
  ],
  'lone surrogates': [
    ['fo\ud83dol', ['fo', 'ol']],
    ['\udc00fool\ud800', ['fool']],
  ],
};

describe.each(Object.entries(cases))('the tokeniser reads %s', (_, list) => {
  it.each(list)('%j', (text, words, places = words) => {
    expect(read(text)).toEqual({ words, places, end: text.length });
  });
});

describe('the tokeniser', () => {
  it('cuts a run of letters into tokens of the most units', () => {
    const { words, places } = read('x'.repeat(100));
    expect(words).toEqual(['x'.repeat(48), 'x'.repeat(48), 'x'.repeat(4)]);
    expect(places).toEqual(words);
  });

  it('cuts no character in half', () => {
    const letter = '𐐨'; // Deseret, two units
    for (const text of [letter.repeat(40), `x${letter.repeat(40)}`]) {
      for (const word of read(text).words) {
        expect(word).not.toMatch(/\p{Surrogate}/u);
        expect(word.length).toBeLessThanOrEqual(MAX_TOKEN_LENGTH);
      }
    }
  });

  it('keeps to the most units when the last character unfolds to eighteen', () => {
    const text = `${'x'.repeat(47)}\ufdfa tail`;
    const { words, places } = read(text);
    expect(words[0]).toHaveLength(48);
    expect(places).toEqual([`${'x'.repeat(47)}\ufdfa`, 'tail']);
  });

  it('holds a window of nothing but characters that unfold', () => {
    const text = `${'x'.repeat(47)}\ufdfa `.repeat(400);
    const { words, places, end } = read(text);
    // The reading ends early, at a word's end: nothing is lost.
    expect(words.length).toBeGreaterThan(100);
    expect(new Set(words).size).toBe(1);
    expect(new Set(places).size).toBe(1);
    expect(text.slice(end - 1, end)).toMatch(/[\ufdfa ]/);
  });

  it('joins no more than 40 letters into a word, and goes on behind them', () => {
    const { words } = read('a '.repeat(60).trim());
    expect(words).toEqual(['a'.repeat(40), 'a'.repeat(20)]);
  });

  it('stops at its limit and says where', () => {
    const { words, end } = read('one two three four', 2);
    expect(words).toEqual(['one', 'two']);
    expect('one two three four'.slice(end).trim()).toBe('three four');
  });

  it('does not go on for ever through what is no token', () => {
    for (const filler of [' ', '\u200b', '!', '! ', '\u3000', '\u{f0000}']) {
      const tokeniser = new Tokeniser(10);
      const text = `${filler.repeat(100_000)}fool`;
      const end = tokeniser.read(text, 0);
      expect(end).toBeLessThan(70_000);
      expect(windows(text, 10, 8).at(-1)?.words).toEqual(['fool']);
    }
  });

  it('reads on at a word that its limit cut off', () => {
    // Sixty letters, joined to two words, of which the second stands across the window's end.
    const text = `${'a '.repeat(40)}${'b '.repeat(40)}end`;
    const found = windows(text, 60, 50);
    expect(found[0]?.words).toEqual(['a'.repeat(40), 'b'.repeat(20)]);
    expect(found.flatMap(({ words }) => words)).toContain('b'.repeat(40));
  });

  it('takes 100,000 one-letter words in linear time', () => {
    const text = 'a '.repeat(100_000);
    const found = windows(text, 400, 300);
    expect(found.length).toBeLessThan(500);
    expect(found.at(-1)?.to).toBe(text.length - 1);
  });
});

interface Window {
  readonly words: string[];
  /** Where the first token begins and the last ends. */
  readonly from: number;
  readonly to: number;
}

/** A text's windows, as the classifier reads them. */
function windows(text: string, limit: number, stride: number): Window[] {
  const tokeniser = new Tokeniser(limit);
  const found: Window[] = [];
  for (let at = 0; at < text.length; ) {
    tokeniser.read(text, at);
    found.push({
      words: tokeniser.words(),
      from: tokeniser.from[0] as number,
      to: tokeniser.count === 0 ? -1 : (tokeniser.to[tokeniser.count - 1] as number),
    });
    const next = tokeniser.nextPosition(stride);
    if (next <= at) throw new Error(`The window at ${at} does not advance`);
    at = next;
  }
  return found;
}

/** Strings of what the tokeniser treats differently, and any other, lone surrogates included. */
const pieces = fc.oneof(
  fc.constantFrom('a', 'I', 'fool', ' ', '  ', '    ', '.', "'", '*', '$', '@', '!', '7', '\u200b', '\0'),
  fc.constantFrom('é', 'о', 'ﬃ', '\ufdfa', '😀', '☺', '𝐟', '𐐨', '\ud83d', '\udc00', '½', '\u0301', '\n'),
  fc.constantFrom('x'.repeat(47), 'y'.repeat(60), 'a b c ', ' '.repeat(200)),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);
const texts = fc.array(pieces, { maxLength: 60 }).map((list) => list.join(''));

describe('with a vocabulary', () => {
  const WORDS = [
    'a',
    'you',
    'are',
    'the',
    'well',
    'known',
    'and',
    'in',
    'fool',
    'idiot',
    'silly',
    'input',
    'put',
  ];
  const rankOf = (word: string): number => WORDS.indexOf(word);
  const readBy = (text: string): { words: string[]; places: string[] } => {
    const tokeniser = new Tokeniser(400, rankOf);
    tokeniser.read(text, 0);
    const places = Array.from({ length: tokeniser.count }, (_, token) =>
      text.slice(tokeniser.from[token], tokeniser.to[token]),
    );
    return { words: tokeniser.words(), places };
  };

  it.each([
    ['an article before spaced letters', 'such a f o o l', ['such', 'a', 'fool']],
    ['spaced words in a row', 'y o u a r e a f o o l', ['you', 'are', 'a', 'fool']],
    ['wider gaps between words', 'y o u  a r e  x y z', ['you', 'are', 'xyz']],
    ['spaced signs', 'a 1 d i 0 t', ['a', '1di0t']],
    ['spaced letters with one too many', 'f f f o o l', ['ff', 'fool']],
    ['a known word in capitals of its own', 'a siLLY IDiOT', ['a', 'silly', 'idiot']],
    ['letters that make no word', 'x q z', ['xqz']],
    ['a word in two pieces', 'you idi-ot', ['you', 'idiot']],
    ['a word in three pieces', 'fo.o/l', ['fool']],
    ['a letter before a piece', 'f_ool', ['fool']],
    ['two known words', 'well-known', ['well', 'known']],
    ['two words that are known as one as well', 'in/put', ['input']],
    ['pieces that make no word', 'foo-bar', ['foo', 'bar']],
    ['a sentence without a blank behind it', 'silly.you', ['silly', 'you']],
    ['words with a blank between them', 'idi ot', ['idi', 'ot']],
  ])('reads %s', (_, text, words) => {
    expect(readBy(text).words).toEqual(words);
  });

  it('says where joined words stand', () => {
    const { places } = readBy('so a f o o l, id.iot!');
    expect(places).toEqual(['so', 'a', 'f o o l', 'id.iot']);
  });

  it('reads a long row of spaced words on where it was cut', () => {
    const text = 'y o u a r e a f o o l '.repeat(12);
    expect(readBy(text).words).toEqual(Array.from({ length: 12 }, () => ['you', 'are', 'a', 'fool']).flat());
  });

  it('never loses a letter', () => {
    const letters = fc.stringMatching(/^[a-z .\-_]{0,120}$/);
    fc.assert(
      fc.property(letters, (text) => {
        expect(readBy(text).words.join('')).toBe(text.replace(/[ .\-_]/g, ''));
      }),
      { numRuns: 500 },
    );
  });
});

describe('any text', () => {
  it('has tokens in order, apart, inside it, and none that is empty or too long', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const tokeniser = new Tokeniser(limit);
        const end = tokeniser.read(text, 0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(tokeniser.count).toBeLessThanOrEqual(limit);
        let last = 0;
        for (let token = 0; token < tokeniser.count; token++) {
          const from = tokeniser.from[token] as number;
          const to = tokeniser.to[token] as number;
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThan(from);
          last = to;
          const { length } = tokeniser.word(token);
          expect(length).toBeGreaterThan(0);
          expect(length).toBeLessThanOrEqual(MAX_TOKEN_LENGTH);
        }
        expect(last).toBeLessThanOrEqual(end);
      }),
      { numRuns: 1000 },
    );
  });

  it('is read to its end by windows that advance, which together miss no token', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (text, a, b) => {
        const limit = Math.max(a, b);
        const tokeniser = new Tokeniser(10_000);
        tokeniser.read(text, 0);
        const found = windows(text, limit, Math.min(a, b));
        for (let token = 0; token < tokeniser.count; token++) {
          const from = tokeniser.from[token] as number;
          const to = tokeniser.to[token] as number;
          // Joined letters may be parted by a window's end; a token of one piece is never.
          const isCovered = found.some((window) => window.from <= from && window.to >= from);
          expect(isCovered, JSON.stringify(text.slice(from, to))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same tokens read again, whatever was read in between', () => {
    const tokeniser = new Tokeniser(50);
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        tokeniser.read(text, 0);
        const before = tokeniser.words();
        tokeniser.read(other, 0);
        tokeniser.read(text, 0);
        expect(tokeniser.words()).toEqual(before);
        expect(read(text, 50).words).toEqual(before);
      }),
    );
  });

  it('of ASCII has the same tokens in capitals as in small letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
        expect(read(text.toUpperCase())).toEqual({ ...read(text.toLowerCase()), places: expect.anything() });
      }),
    );
  });
});
