import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashNgrams, hashPair, hashWord } from '../src/text/hash.js';

/** Written from the description alone: FNV-1a over UTF-16 units, then MurmurHash3's finaliser. */
function naive(units: readonly number[], seed: number): number {
  let hash = BigInt(seed >>> 0);
  for (const unit of units) hash = BigInt.asUintN(32, (hash ^ BigInt(unit)) * 0x01000193n);
  const mixed = (shift: bigint, factor: bigint): bigint =>
    BigInt.asUintN(32, (hash ^ (hash >> shift)) * factor);
  hash = mixed(16n, 0x85ebca6bn);
  hash = mixed(13n, 0xc2b2ae35n);
  return Number(hash ^ (hash >> 16n));
}

const unitsOf = (text: string): number[] => text.split('').map((unit) => unit.charCodeAt(0));
const words = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

describe('hashes', () => {
  // A model's weights lie where these say: they may never change.
  it('are those that models are trained with', () => {
    expect(hashWord('hello')).toBe(2290972270);
    expect(hashWord('')).toBe(naive([], 0x811c9dc5));
    expect(hashPair(hashWord('hello'), hashWord('world'))).toBe(2018354341);
    expect(hashNgrams('ab', 3, 4, [])).toHaveLength(3);
    expect(hashNgrams('ab', 2, 3, [])).toEqual(
      ['<a', '<ab', 'ab', 'ab>', 'b>'].map((gram) => naive(unitsOf(gram), 0x811c9dc5 ^ 0x5bd1e995)),
    );
  });

  it('of words are FNV-1a, mixed', () => {
    fc.assert(fc.property(words, (word) => hashWord(word) === naive(unitsOf(word), 0x811c9dc5)));
  });

  it('of n-grams are those of every piece of the marked word', () => {
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (word, shortest, more) => {
          const longest = shortest + more;
          const marked = `<${word}>`;
          const expected: number[] = [];
          for (let start = 0; start < marked.length; start++) {
            for (let size = shortest; size <= longest && start + size <= marked.length; size++) {
              expected.push(naive(unitsOf(marked.slice(start, start + size)), 0x811c9dc5 ^ 0x5bd1e995));
            }
          }
          const out = [1, 2, 3];
          expect(hashNgrams(word, shortest, longest, out)).toBe(out);
          expect(out).toEqual(expected);
        },
      ),
    );
  });

  it('of pairs are integers of 32 bits and tell the order', () => {
    const hash = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(hash, hash, (first, second) => {
        const pair = hashPair(first, second);
        expect(Number.isInteger(pair) && pair >= 0 && pair < 2 ** 32).toBe(true);
      }),
    );
    expect(hashPair(1, 2)).not.toBe(hashPair(2, 1));
  });
});
