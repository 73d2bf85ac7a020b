import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordTable } from '../src/vocabulary/word-table.js';

const words = fc.array(fc.string({ unit: 'binary', maxLength: 5 }), { maxLength: 300 });

describe('a word table', () => {
  it('finds what a Map finds, and nothing else', () => {
    fc.assert(
      fc.property(words, words, (held, others) => {
        const list = [...new Set(held)];
        const table = new WordTable(list);
        const map = new Map(list.map((word, index) => [word, index]));
        for (const word of [...list, ...others]) expect(table.indexOf(word)).toBe(map.get(word) ?? -1);
        expect([table.size, table.isDistinct]).toEqual([list.length, true]);
      }),
    );
  });

  it('says that a word stands in it twice, and gives its first place', () => {
    const table = new WordTable(['a', 'b', 'a']);
    expect([table.isDistinct, table.indexOf('a'), table.indexOf('b')]).toEqual([false, 0, 1]);
  });

  it('may be empty', () => {
    expect(new WordTable([]).indexOf('')).toBe(-1);
    expect(new WordTable(['']).indexOf('')).toBe(0);
  });
});
