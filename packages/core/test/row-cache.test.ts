import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_WORD, RowCache } from '../src/engine/row-cache.js';
import { hashWord } from '../src/text/hash.js';

/** Rows that tell which word they are of. */
class Maker {
  readonly entries = 2;
  readonly sums = 1;
  readonly made: string[] = [];

  make(token: string, entries: Int32Array, sums: Float32Array): number {
    this.made.push(token);
    entries.set([hashWord(token) | 0, token.length]);
    sums[0] = token.charCodeAt(0);
    return hashWord(token);
  }
}

function setUp(slots: number) {
  const maker = new Maker();
  const cache = new RowCache(maker, slots);
  const look = (token: string): number => {
    const units = Uint16Array.from(`..${token}..`, (unit) => unit.charCodeAt(0));
    return cache.slotOf(units, 2, 2 + token.length);
  };
  const rowOf = (slot: number) => ({
    entries: [...cache.entries.subarray(slot * 2, slot * 2 + 2)],
    sum: cache.sums[slot],
    hash: cache.hashes[slot],
  });
  return { maker, cache, look, rowOf };
}

function expectedRow(token: string) {
  return {
    entries: [hashWord(token) | 0, token.length],
    sum: token.charCodeAt(0),
    hash: hashWord(token),
  };
}

const token = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'ba', 'abc', 'x'.repeat(48), `${'x'.repeat(47)}y`),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\ud83d'), minLength: 1, maxLength: 4 }),
);

describe('the row cache', () => {
  it('gives every word of a window its row until the window is done, however small it is', () => {
    const slots = fc.integer({ min: 2, max: 9 });
    const windows = fc.array(fc.array(token, { maxLength: 12 }), { maxLength: 30 });
    fc.assert(
      fc.property(slots, windows, (size, all) => {
        const { maker, cache, look, rowOf } = setUp(size);
        for (const tokens of all) {
          cache.openWindow();
          const slotOf = new Map<string, number>();
          for (const word of tokens) {
            // A window never has more words than there are slots but one.
            if (!slotOf.has(word) && slotOf.size === size - 1) continue;
            const before = maker.made.length;
            const slot = look(word);
            const known = slotOf.get(word);
            if (known !== undefined) {
              expect(slot).toBe(known);
              expect(maker.made.length).toBe(before);
            }
            slotOf.set(word, slot);
          }
          expect(new Set(slotOf.values()).size).toBe(slotOf.size);
          for (const [word, slot] of slotOf) {
            expect(slot).toBeGreaterThan(NO_WORD);
            expect(slot).toBeLessThan(size);
            expect(rowOf(slot), word).toEqual(expectedRow(word));
          }
        }
        expect(cache.made).toBe(maker.made.length);
        expect(rowOf(NO_WORD)).toEqual({ entries: [0, 0], sum: 0, hash: 0 });
      }),
      { numRuns: 1000 },
    );
  });

  it('makes a row once while there is room', () => {
    const { maker, cache, look } = setUp(6);
    for (let round = 0; round < 20; round++) {
      cache.openWindow();
      for (const word of ['one', 'two', 'three', 'four', 'five']) look(word);
    }
    expect(maker.made).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('keeps the words that come again and gives up those that do not', () => {
    const { maker, cache, look } = setUp(20);
    const often = ['the', 'a', 'of', 'and'];
    for (let round = 0; round < 500; round++) {
      cache.openWindow();
      for (const word of often) look(word);
      look(`rare${round}`);
    }
    const remade = maker.made.filter((word) => often.includes(word)).length;
    expect(maker.made.length - remade).toBe(500);
    expect(remade).toBeLessThan(100);
  });

  it('tells words apart that share their beginning, their letters or their length', () => {
    const { cache, look } = setUp(200);
    cache.openWindow();
    const words = ['ab', 'ba', 'abc', 'acb', 'a', 'aa', 'aaa', 'x'.repeat(48), `${'x'.repeat(47)}z`];
    const slots = words.map(look);
    expect(new Set(slots).size).toBe(words.length);
    expect(words.map(look)).toEqual(slots);
  });

  it('stays right over far more words than it holds', () => {
    const { cache, look, rowOf } = setUp(50);
    for (let index = 0; index < 20_000; index++) {
      if (index % 10 === 0) cache.openWindow();
      const word = `w${(index * 7919) % 501}`;
      expect(rowOf(look(word))).toEqual(expectedRow(word));
    }
  });
});
