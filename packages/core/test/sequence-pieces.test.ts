import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIECE, piecesOf } from '../src/classifier/sequence-pieces.js';
import { type KerasTokenizerOptions, kerasTokenizer } from '../src/text/keras-tokenizer.js';

/** Words with letters whose lower case depends on their neighbours, is longer, or takes two units. */
const word = fc.string({
  unit: fc.constantFrom('a', 'Σ', 'İ', 'ß', '😀', '́', "'", '.', '!', '\t'),
  maxLength: 6,
});
/** What may stand between words: the lower case of Σ depends on what is before a stop, not on what is before a comma. */
const between = fc.constantFrom(' ', '.', ',', '! ');

const tokenizers: Record<string, KerasTokenizerOptions> = {
  "as Keras's is": {},
  'that keeps capitals': { lower: false },
  'without filters': { filters: '' },
  'in which a blank is a character': { charLevel: true },
  'that cuts elsewhere': { split: '!' },
  'that cuts at more than a character': { split: ' a' },
};

describe('the pieces of a text', () => {
  it.each(Object.keys(tokenizers))('have the words and places of the whole, with a tokenizer %s', (name) => {
    const tokenizer = kerasTokenizer(tokenizers[name]);
    let cuts = 0;
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 9 }), between, (words, sign) => {
        const some = words.join(sign);
        const text = `${some}${sign}`.repeat(Math.ceil((3 * PIECE) / (some.length + 1)));
        const pieces = [...piecesOf(text, tokenizer)];
        const tokens = pieces.flatMap(({ piece, start }) =>
          tokenizer.tokens(piece).map((token) => ({
            word: token.word,
            start: token.start + start,
            end: token.end + start,
          })),
        );
        expect(tokens).toEqual(tokenizer.tokens(text));
        expect(pieces.map(({ piece }) => piece).join('')).toBe(text);
        cuts += pieces.length - 1;
      }),
      { numRuns: 30 },
    );
    expect(cuts > 0).toBe(tokenizer.split.length === 1);
  });
});
