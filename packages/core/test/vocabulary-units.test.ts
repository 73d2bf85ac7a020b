import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ToxicityGuardError } from '../src/errors.js';
import { BoundedCache } from '../src/vocabulary/bounded-cache.js';
import { Breaker } from '../src/vocabulary/breaker.js';
import { DigestSet } from '../src/vocabulary/digest-set.js';
import { decodeEntry, encodeEntry, toEntry, vectorBytes } from '../src/vocabulary/entry-record.js';
import { makeManifest } from '../src/vocabulary/manifest.js';
import type { VectorEncoding } from '../src/vocabulary/store.js';
import { coded } from './stored-vocabulary.js';

describe('the bounded cache', () => {
  it('never holds more than its bound, and always what was used last', () => {
    const uses = fc.array(fc.nat(40), { maxLength: 300 });
    fc.assert(
      fc.property(uses, fc.integer({ min: 20, max: 100 }), (keys, bytes) => {
        const cache = new BoundedCache<number>(bytes, () => 10);
        for (const key of keys) {
          if (cache.get(`${key}`) === undefined) cache.set(`${key}`, key);
          expect(cache.get(`${key}`)).toBe(key);
        }
        const held = Array.from({ length: 41 }, (_, key) => `${key}`).filter(
          (key) => cache.get(key) !== undefined,
        );
        expect(held.length * 10).toBeLessThanOrEqual(bytes);
      }),
    );
  });

  it('keeps nothing that is larger than half of it', () => {
    const cache = new BoundedCache<string>(10, (_, value) => value.length);
    cache.set('a', 'xxxxxx');
    expect(cache.get('a')).toBeUndefined();
  });
});

describe('the set of digests', () => {
  it('knows its words and no others', () => {
    const words = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 50 });
    fc.assert(
      fc.property(words, words, (held, others) => {
        const set = new DigestSet(held.length);
        for (const word of held) set.add(word);
        set.finish();
        expect(held.every((word) => set.has(word))).toBe(true);
        expect(others.filter((word) => set.has(word))).toEqual(others.filter((word) => held.includes(word)));
      }),
    );
  });
});

describe('an entry', () => {
  const manifest = (encoding: VectorEncoding, dimensions: number) =>
    makeManifest({
      version: '1',
      model: 'm',
      words: 1_000,
      firstIndex: 0,
      longestWord: 100,
      dimensions,
      encoding,
      chunk: 1_000,
      checksum: '0'.repeat(64),
    });
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  const index = fc.nat(999);

  it('comes back bit for bit as float32', () => {
    const vectors = fc.float32Array({ minLength: 3, maxLength: 3, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(word, index, vectors, (text, place, vector) => {
        const form = manifest('float32', 3);
        const bytes = vectorBytes({ word: text, index: place, vector }, form);
        const read = decodeEntry(encodeEntry(text, place, bytes, 'float32'), text, form);
        expect(toEntry(text, read, 'float32')).toEqual({ word: text, index: place, vector });
      }),
    );
  });

  it('comes back bit for bit as int8 with its scale', () => {
    const numbers = fc.int8Array({ minLength: 5, maxLength: 5 });
    const scales = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(word, index, numbers, scales, (text, place, values, scale) => {
        const form = manifest('int8', 5);
        const bytes = vectorBytes({ word: text, index: place, int8: { values, scale } }, form);
        const read = decodeEntry(encodeEntry(text, place, bytes, 'int8'), text, form);
        expect(toEntry(text, read, 'int8').int8).toEqual({ values, scale });
      }),
    );
  });

  it('is rounded to a 127th of its largest number as int8', () => {
    const vectors = fc.float32Array({ minLength: 4, maxLength: 4, noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(vectors, (vector) => {
        const form = manifest('int8', 4);
        const bytes = vectorBytes({ word: 'a', index: 0, vector }, form);
        const read = toEntry('a', decodeEntry(encodeEntry('a', 0, bytes, 'int8'), 'a', form), 'int8');
        const largest = Math.max(...vector.map(Math.abs));
        // Of numbers so small the scale has lost its digits; no vector has such.
        fc.pre(largest === 0 || largest > 1e-30);
        for (const [at, value] of vector.entries()) {
          expect(Math.abs((read.vector?.[at] as number) - value)).toBeLessThanOrEqual(largest / 253);
        }
      }),
      { examples: [[Float32Array.of(0, 0, 0, 0)]] },
    );
  });

  it('is refused with any bit turned over', () => {
    const form = manifest('int8', 4);
    const bytes = vectorBytes({ word: 'stone', index: 7, vector: Float32Array.of(1, 2, 3, 4) }, form);
    const record = encodeEntry('stone', 7, bytes, 'int8');
    expect(decodeEntry(record, 'stone', form).index).toBe(7);
    for (let bit = 0; bit < record.length * 8; bit++) {
      const damaged = Buffer.from(record);
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => decodeEntry(damaged, 'stone', form)).toThrow(coded('VOCABULARY_MISMATCH'));
    }
  });

  it.each<[string, unknown, RegExp]>([
    ['a string', 'stone', /wrong type \(string\)/],
    ['null', null, /wrong type/],
    ['a number', 7, /wrong type \(number\)/],
    ['an object', { word: 'stone' }, /wrong type \(object\)/],
    ['a short record', Buffer.from('stone'), /no record/],
    ['another word', encodeEntry('river', 7, Buffer.alloc(8), 'int8'), /of another word/],
    ['another encoding', encodeEntry('stone', 7, Buffer.alloc(16), 'float32'), /another encoding/],
    ['another length', encodeEntry('stone', 7, Buffer.alloc(9), 'int8'), /another length/],
    ['another index', encodeEntry('stone', 1_000, Buffer.alloc(8), 'int8'), /outside the word list/],
  ])('is refused as %s', (_, value, message) => {
    expect(() => decodeEntry(value, 'stone', manifest('int8', 4))).toThrow(message);
  });

  it('is read from what a plain JSON serialiser makes of it', () => {
    const form = manifest('none', 0);
    const record = encodeEntry('stone', 7, Buffer.alloc(0), 'none');
    const read = decodeEntry(JSON.parse(JSON.stringify(record)), 'stone', form);
    expect(toEntry('stone', read, 'none')).toEqual({ word: 'stone', index: 7 });
  });

  it('never takes half of a surrogate pair for a word', () => {
    expect(() => encodeEntry('a\ud83d', 0, Buffer.alloc(0), 'none')).toThrow(TypeError);
  });
});

describe('the breaker', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const down = async (): Promise<never> => {
    throw new Error('down');
  };

  function setUp() {
    vi.useFakeTimers();
    const changes: boolean[] = [];
    const breaker = new Breaker(100, { failures: 3, resetMs: 1_000 }, (open) => changes.push(open));
    let asked = 0;
    const ask = (work: () => Promise<unknown>) =>
      breaker.run(() => {
        asked++;
        return work();
      });
    const fail = async (times: number) => {
      for (let time = 0; time < times; time++) {
        await expect(ask(down)).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
      }
    };
    return { ask, fail, changes, asked: () => asked };
  }

  it('opens after some failures in a row, not after as many with a success in between', async () => {
    const { ask, fail, changes, asked } = setUp();
    await fail(2);
    await ask(async () => 'fine');
    await fail(2);
    expect(changes).toEqual([]);
    await fail(1);
    expect(changes).toEqual([true]);
    expect(asked()).toBe(6);
    await fail(5);
    expect(asked()).toBe(6);
  });

  it('lets one call try again when the time is up, and closes when that succeeds', async () => {
    const { ask, fail, changes, asked } = setUp();
    await fail(3);
    vi.advanceTimersByTime(1_000);
    let answer: (value: string) => void = () => {};
    const probe = ask(() => new Promise((resolve) => (answer = resolve)));
    await fail(2);
    expect(asked()).toBe(4);
    answer('back');
    expect(await probe).toBe('back');
    expect(changes).toEqual([true, false]);
    expect(await ask(async () => 'fine')).toBe('fine');
  });

  it('waits again when the try fails', async () => {
    const { fail, asked } = setUp();
    await fail(3);
    vi.advanceTimersByTime(1_000);
    await fail(1);
    expect(asked()).toBe(4);
    vi.advanceTimersByTime(999);
    await fail(1);
    expect(asked()).toBe(4);
  });

  it('ends a call at its deadline and counts it as a failure', async () => {
    const { ask, changes } = setUp();
    const calls = [1, 2, 3].map(() => ask(() => new Promise(() => {})));
    const ended = expect(Promise.all(calls)).rejects.toThrow(/did not answer within 100 ms/);
    const all = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(101);
    await ended;
    await all;
    expect(changes).toEqual([true]);
  });

  it('takes an answer that is refused for an answer', async () => {
    const { ask, fail, changes } = setUp();
    await fail(2);
    const refused = ask(async () => {
      throw new ToxicityGuardError('VOCABULARY_MISMATCH', 'not this one');
    });
    await expect(refused).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
    await fail(2);
    expect(changes).toEqual([]);
  });

  it('tells name and place of what was thrown, not its message', async () => {
    const { ask } = setUp();
    const error = await ask(async () => {
      throw new RangeError('secret');
    }).catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(/^The vocabulary's store threw RangeError at /);
    expect((error as Error).message).not.toContain('secret');
  });
});
