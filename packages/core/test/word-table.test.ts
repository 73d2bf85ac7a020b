import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordTable } from '../src/vocabulary/word-table.js';

const words = fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 300 });

describe('a word table', () => {
  it('finds what a Map finds, and nothing else', () => {
    fc.assert(
      fc.property(words, words, (held, others) => {
        const table = new WordTable(held.length);
        const map = new Map<string, number>();
        for (const word of held) {
          expect(table.add(word)).toBe(!map.has(word));
          if (!map.has(word)) map.set(word, map.size);
        }
        for (const word of [...held, ...others]) expect(table.indexOf(word)).toBe(map.get(word) ?? -1);
        expect(table.size).toBe(map.size);
      }),
    );
  });

  it('may be empty, and hold the empty word', () => {
    const table = new WordTable(1);
    expect(table.indexOf('')).toBe(-1);
    expect([table.add(''), table.add(''), table.indexOf(''), table.size]).toEqual([true, false, 0, 1]);
  });
});
