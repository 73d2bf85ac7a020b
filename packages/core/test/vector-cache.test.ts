import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WordVector } from '../src/vocabulary/entry-record.js';
import { roomFor, VectorCache } from '../src/vocabulary/vector-cache.js';

const FORM = { encoding: 'float32', dimensions: 2 } as const;
const vectorOf = (index: number): WordVector => ({ index, vector: Float32Array.of(index, -index), scale: 1 });
const read = (cache: VectorCache, word: string) => cache.read(word, roomFor(1, FORM), 0);

describe('the cache of vectors', () => {
  it('gives back what was written, holds what was used last, and never more than its bound', () => {
    const uses = fc.array(fc.nat(40), { maxLength: 300 });
    fc.assert(
      fc.property(uses, fc.integer({ min: 600, max: 3_000 }), (indexes, bytes) => {
        const cache = new VectorCache(bytes, 41, FORM);
        for (const index of indexes) {
          // Some are longer than others.
          const word = `${index}`.padEnd(index, '_');
          if (read(cache, word) === undefined) cache.write(word, vectorOf(index));
          expect(read(cache, word)).toEqual(vectorOf(index));
        }
        const words = Array.from({ length: 41 }, (_, index) => `${index}`.padEnd(index, '_'));
        const held = words.filter((word) => read(cache, word) !== undefined);
        const size = held.reduce((sum, word) => sum + 2 * word.length + 8, 0);
        expect(size).toBeLessThanOrEqual(bytes);
      }),
    );
  });

  it('gives a copy, which stays when the word is given up', () => {
    const cache = new VectorCache(300, 10, FORM);
    cache.write('river', vectorOf(1));
    const river = read(cache, 'river');
    for (let index = 2; index < 10; index++) cache.write(`word${index}`, vectorOf(index));
    expect(read(cache, 'river')).toBeUndefined();
    expect(river).toEqual(vectorOf(1));
  });

  it('keeps nothing without room, and no word that is larger than all of it', () => {
    const none = new VectorCache(0, 10, FORM);
    none.write('river', vectorOf(1));
    expect(read(none, 'river')).toBeUndefined();
    const small = new VectorCache(300, 10, FORM);
    small.write('x'.repeat(1_000), vectorOf(1));
    expect(read(small, 'x'.repeat(1_000))).toBeUndefined();
  });

  it('keeps no text of which a word is a piece', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const cache = new VectorCache(2 ** 20, 1_000, FORM);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 200; index++) {
      const text = `${'many other words '.repeat(6_000)}internationally${index}`;
      cache.write(text.slice(text.lastIndexOf(' ') + 1), vectorOf(index));
    }
    collect();
    expect(read(cache, 'internationally7')).toEqual(vectorOf(7));
    // The texts have twenty million units.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
  });
});
