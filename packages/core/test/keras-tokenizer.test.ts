import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KerasTokenizerOptions,
  kerasTokenizer,
  padSequences,
  ToxicityGuardError,
} from '../src/index.js';

interface Vectors {
  readonly madeWith: { readonly keras: string };
  readonly tokenizers: readonly string[];
  readonly paddings: readonly { sequences: number[][]; options: object; padded: number[][] }[];
  readonly texts: readonly {
    text: string | string[];
    words: string[][];
    wordsOf: number[];
    sequences: number[][];
  }[];
}

const file = new URL('keras/tokenizer-vectors.json.gz', import.meta.url);
const vectors: Vectors = JSON.parse(gunzipSync(readFileSync(file)).toString());

describe('held to Keras', () => {
  it('has enough vectors, made by Keras 2.15', () => {
    expect(vectors.madeWith.keras).toBe('2.15.0');
    expect(vectors.texts.length).toBeGreaterThan(800);
    expect(vectors.tokenizers.length).toBe(18);
    expect(vectors.paddings.length).toBe(120);
  });

  describe.each(vectors.tokenizers.map((json, at) => ({ at, json })))('tokenizer $at', ({ at, json }) => {
    const tokenizer = kerasTokenizer.fromJSON(json);

    it('cuts every text into the words of Keras', () => {
      for (const { text, words, wordsOf } of vectors.texts) {
        expect(tokenizer.words(text), JSON.stringify(text)).toEqual(words[wordsOf[at]!]);
      }
    });

    it('gives every text the indexes of Keras', () => {
      for (const { text, sequences } of vectors.texts) {
        expect(tokenizer.sequence(tokenizer.words(text)), JSON.stringify(text)).toEqual(sequences[at]);
      }
    });

    it('gives the same with an index that is asked for', () => {
      const { wordIndex, ...options } = tokenizer;
      const { filters, lower, split, charLevel, numWords, oovToken } = options;
      const set: KerasTokenizerOptions = { filters, lower, split, charLevel, numWords };
      if (oovToken !== undefined) set.oovToken = oovToken;
      const asking = kerasTokenizer(set);
      for (const { text, sequences } of vectors.texts) {
        expect(asking.sequence(asking.words(text), (word) => wordIndex!.get(word))).toEqual(sequences[at]);
      }
    });

    it('knows where each word stands', () => {
      const { lower, split } = tokenizer;
      // Where a word ends in a sigma, what follows it in the text is needed to tell its small form.
      const plain = (text: string) => (lower ? text.toLowerCase().replaceAll('ς', 'σ') : text);
      const wrong: unknown[] = [];
      for (const { text } of vectors.texts) {
        if (typeof text !== 'string') continue;
        let before = 0;
        for (const { word, start, end } of tokenizer.tokens(text)) {
          const there = text.slice(start, end);
          const isInOrder = before <= start && start < end && end <= text.length;
          before = start;
          // Half an `İ` may be a word, and so may what is left of a separator that a filtered character became.
          const isWhole = split.length === 1 && !there.includes('İ');
          if (!isInOrder || (isWhole && plain(there) !== plain(word))) wrong.push({ text, word, start, end });
        }
      }
      expect(wrong).toEqual([]);
    });
  });

  it('pads and cuts as pad_sequences', () => {
    for (const { sequences, options, padded } of vectors.paddings) {
      expect(padSequences(sequences, options).map((row) => [...row])).toEqual(padded);
    }
  });
});

describe('docs/guide/keras.md', () => {
  const page = readFileSync(new URL('../../../docs/guide/keras.md', import.meta.url), 'utf8');

  it('says how many vectors there are', () => {
    const { texts, tokenizers } = vectors;
    expect(page).toContain(`${texts.length} texts and ${tokenizers.length} sets of options`);
  });

  it('shows what comes out', () => {
    const said = Array.from(page.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm), ([, output]) => output);
    const tokenizer = kerasTokenizer({ numWords: 4, wordIndex: { the: 1, cat: 2, sat: 3, "wasn't": 4 } });
    const words = tokenizer.words("The cat (wasn't it?) SAT.");
    const sequence = tokenizer.sequence(words);
    expect(said).toEqual([format(words, sequence), format(padSequences([sequence], { maxlen: 5 }))]);
  });
});

describe('places', () => {
  const placed = (text: string, options?: KerasTokenizerOptions) =>
    kerasTokenizer(options)
      .tokens(text)
      .map(({ word, start, end }) => [word, text.slice(start, end)]);

  it('are of the original text, though lower case is longer', () => {
    expect(placed('İİ,İx Y')).toEqual([
      ['i̇i̇', 'İİ'],
      ['i̇x', 'İx'],
      ['y', 'Y'],
    ]);
    expect(placed('aİ', { charLevel: true })).toEqual([
      ['a', 'a'],
      ['i', 'İ'],
      ['\u0307', 'İ'],
    ]);
  });

  it('hold with a separator of several characters', () => {
    expect(placed('One--TWO!İ--😀', { split: '--' })).toEqual([
      ['one', 'One'],
      ['two', 'TWO'],
      ['i̇', 'İ'],
      ['😀', '😀'],
    ]);
  });

  it('cut no surrogate pair', () => {
    expect(placed('😀😁 x', { filters: '😁' })).toEqual([
      ['😀', '😀'],
      ['x', 'x'],
    ]);
    expect(placed('😀x', { charLevel: true })).toEqual([
      ['😀', '😀'],
      ['x', 'x'],
    ]);
  });
});

describe('any text', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 200 });

  it('has words without separators, in the order of the text', () => {
    const tokenizer = kerasTokenizer();
    const separators = [...tokenizer.filters, ' '];
    fc.assert(
      fc.property(texts, (text) => {
        let at = 0;
        for (const { word, start, end } of tokenizer.tokens(text)) {
          expect(word).not.toBe('');
          expect(separators.some((separator) => word.includes(separator))).toBe(false);
          expect(start).toBeGreaterThanOrEqual(at);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('loses nothing but separators', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const lower = text.toLowerCase();
        const kept = kerasTokenizer().words(text).join('');
        const separators = new Set([...kerasTokenizer().filters, ' ']);
        expect(kept).toBe([...lower].filter((character) => !separators.has(character)).join(''));
      }),
    );
  });

  it('comes to what str.replace and str.split would make of it', () => {
    const pieces = fc.array(fc.constantFrom('a', 'b', '!', 'İ', '😀', ' '), { maxLength: 40 });
    fc.assert(
      fc.property(
        pieces,
        fc.constantFrom('ab', 'aa', 'a!', '😀a', 'aab'),
        fc.constantFrom('!', 'a', 'b!', ''),
        (drawn, split, filters) => {
          const text = drawn.join('');
          const written = [...text].map((character) => (filters.includes(character) ? split : character));
          const expected = written.join('').split(split).filter(Boolean);
          expect(kerasTokenizer({ lower: false, split, filters }).words(text)).toEqual(expected);
        },
      ),
    );
  });

  it('of many characters is read through', () => {
    for (const unit of ['a ', '!', 'a', 'Σ', 'İ', 'aab']) {
      const text = unit.repeat(Math.ceil(200_000 / unit.length));
      for (const split of [' ', 'aab']) {
        const words = kerasTokenizer({ split, filters: '!' }).words(text);
        expect(words.join('').length).toBe(
          text.toLowerCase().replaceAll(split, '').replaceAll('!', '').length,
        );
      }
    }
  });

  it('padded has the length that was asked for and keeps the nearer end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 50 }), (sequence, maxlen) => {
        const [padded] = padSequences([sequence], { maxlen });
        const kept = sequence.slice(-maxlen);
        expect([...padded!]).toEqual([...Array(maxlen - kept.length).fill(0), ...kept]);
      }),
    );
  });
});

describe('word index', () => {
  it('knows no word of its own', () => {
    const words = ['constructor', '__proto__', 'toString', 'fool'];
    expect(kerasTokenizer({ wordIndex: { fool: 3 } }).sequence(words)).toEqual([3]);
    const kept = JSON.stringify({ config: { word_index: '{"__proto__": 4}' } });
    expect(kerasTokenizer.fromJSON(kept).sequence(words)).toEqual([4]);
  });

  it('may be a map, and is not changed from outside', () => {
    const wordIndex = new Map([['fool', 3]]);
    const tokenizer = kerasTokenizer({ wordIndex });
    wordIndex.clear();
    expect(tokenizer.sequence(['fool'])).toEqual([3]);
  });

  it('is needed, or a function is', () => {
    expect(() => kerasTokenizer().sequence(['fool'])).toThrow(
      new TypeError(
        'Expected `indexOf` to be a function, as there is no wordIndex, got `undefined` (undefined)',
      ),
    );
  });

  it('must know the oovToken where that is needed', () => {
    const tokenizer = kerasTokenizer({ oovToken: '<OOV>', numWords: 5 });
    expect(tokenizer.sequence(['fool'], (word) => (word === 'fool' ? 7 : undefined))).toEqual([]);
    const asked = () => tokenizer.sequence(['fool'], () => undefined);
    expect(asked).toThrow(ToxicityGuardError);
    expect(asked).toThrow(expect.objectContaining({ code: 'VOCABULARY_MISMATCH' }));
  });
});

describe('wrong arguments', () => {
  it.each([
    [{ filter: '!' }, 'Expected `options` to have only known keys, got `filter`. Did you mean `filters`?'],
    [{ split: '' }, 'Expected `split` to be a string that is not empty, got `""` (string)'],
    [{ numWords: 1.5 }, 'Expected `numWords` to be a whole number of 0 or more, got `1.5` (number)'],
    [{ wordIndex: ['a'] }, 'Expected `wordIndex` to be an object or a map, got `[…]` (array)'],
    [
      { wordIndex: { a: -1 } },
      'Expected `wordIndex.a` to be a whole number between 0 and 2147483647, got `-1` (number)',
    ],
    [
      { oovToken: '?', wordIndex: { a: 1 } },
      'Expected `oovToken` to be a word of wordIndex, got `"?"` (string)',
    ],
  ])('%j', (options, message) => {
    expect(() => kerasTokenizer(options as KerasTokenizerOptions)).toThrow(new TypeError(message));
  });

  it.each(['', '[]', '{}', '{"config": 1}', '{"config": {}}', '{"config": {"word_index": "["}}'])(
    'JSON %s',
    (json) => {
      expect(() => kerasTokenizer.fromJSON(json)).toThrow(TypeError);
    },
  );

  it('sequences of what is no index', () => {
    for (const index of [1.5, Number.NaN, 2 ** 31, '1' as unknown as number]) {
      expect(() => padSequences([[1], [0, index]])).toThrow('Expected `sequences[1][1]`');
    }
    expect(() => padSequences([[1]], { maxlen: 0 })).toThrow(TypeError);
    expect(padSequences([])).toEqual([]);
  });
});
