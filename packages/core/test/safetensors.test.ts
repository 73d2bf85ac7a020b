import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type Tensor, type Tensors, writeSafetensors } from '../src/model/safetensors.js';

const FILE = 'folder/weights.safetensors';

const tensor: fc.Arbitrary<Tensor> = fc.oneof(
  fc.float32Array({ maxLength: 12 }).map((data) => ({ shape: [data.length], data })),
  fc.int8Array({ maxLength: 12 }).map((data) => ({ shape: [1, data.length], data })),
  fc.uint8Array({ maxLength: 12 }).map((data) => ({ shape: [data.length, 1], data })),
);
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => text !== '__metadata__');

/** A file of two arrays, whose header may be changed before it is written. */
function file(change: (header: Record<string, Entry>) => unknown = () => undefined): Uint8Array {
  const header: Record<string, Entry> = {
    a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    b: { dtype: 'I8', shape: [3], data_offsets: [16, 19] },
  };
  return withHeader(JSON.stringify(change(header) ?? header), 19);
}

interface Entry {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}

function withHeader(json: string | Uint8Array, dataBytes: number): Uint8Array {
  const given = typeof json === 'string' ? new TextEncoder().encode(json) : json;
  const header = new Uint8Array(Math.ceil(given.length / 8) * 8).fill(0x20);
  header.set(given);
  const bytes = new Uint8Array(8 + header.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
}

function unreadable(why: RegExp): object {
  return expect.objectContaining({
    name: 'ToxicityGuardError',
    code: 'MODEL_UNREADABLE',
    message: expect.stringMatching(new RegExp(`^${FILE} .*${why.source}`)),
  });
}

describe('safetensors', () => {
  it('reads what it has written, arrays of every kind, in any order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 }),
        (entries) => {
          const tensors: Tensors = new Map(entries);
          const read = readSafetensors(writeSafetensors(tensors), FILE);
          expect(new Map([...read].sort())).toEqual(new Map([...tensors].sort()));
        },
      ),
    );
  });

  it('reads views, without copying', () => {
    const bytes = file();
    const read = readSafetensors(bytes, FILE);
    expect(read.get('a')?.data.buffer).toBe(bytes.buffer);
    expect(read.get('a')).toMatchObject({ shape: [2, 2] });
    expect(read.get('b')?.data).toEqual(new Int8Array(3));
  });

  it('reads a file that lies within a larger buffer', () => {
    const bytes = file();
    const larger = new Uint8Array(bytes.length + 32);
    larger.set(bytes, 16);
    expect([...readSafetensors(larger.subarray(16, 16 + bytes.length), FILE).keys()]).toEqual(['a', 'b']);
  });

  it('passes over metadata', () => {
    const bytes = file((header) => ({ __metadata__: { format: 'pt' }, ...header }));
    expect([...readSafetensors(bytes, FILE).keys()]).toEqual(['a', 'b']);
  });

  it('writes a header that keeps every array aligned, whatever the names', () => {
    const data = Float32Array.of(1, 2);
    for (const key of ['x', 'é', '語', '__proto__', 'a'.repeat(13)]) {
      const read = readSafetensors(writeSafetensors(new Map([[key, { shape: [2], data }]])), FILE);
      expect(read.get(key)?.data).toEqual(data);
    }
  });

  it('refuses a file that is cut off, wherever it is', () => {
    const bytes = file();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.slice(0, length), FILE), `${length} bytes`).toThrow(unreadable(/./));
    }
  });

  it.each<[string, RegExp, Uint8Array]>([
    ['an empty file', /ends before its header/, new Uint8Array(0)],
    ['a header longer than the file', /header does not fit/, Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 1)],
    ['a header of 2⁶⁴ bytes', /header does not fit/, new Uint8Array(64).fill(255)],
    ['a header that is no JSON', /header is not JSON/, withHeader('{"a":', 8)],
    ['a header that is no UTF-8', /header is not JSON/, withHeader(Uint8Array.of(0x22, 0xff, 0x22), 8)],
    ['a header that is null', /header is not JSON/, withHeader('null', 0)],
    ['a header that is an array', /header is not JSON/, withHeader('[]', 0)],
    ['a header that is a number', /header is not JSON/, withHeader('7', 0)],
    ['no entry', /a is of an unknown type/, withHeader('{"a":null}', 0)],
    [
      'another type',
      /a is of an unknown type/,
      file(({ a }) => void Object.assign(a ?? {}, { dtype: 'BF16' })),
    ],
    [
      'an inherited name as type',
      /unknown type/,
      file(({ a }) => void Object.assign(a ?? {}, { dtype: 'toString' })),
    ],
    ['a list as type', /unknown type/, file(({ a }) => void Object.assign(a ?? {}, { dtype: ['F32'] }))],
    ['no shape', /a has no proper shape/, file(({ a }) => void Object.assign(a ?? {}, { shape: 4 }))],
    [
      'a negative shape',
      /a has no proper shape/,
      file(({ a }) => void Object.assign(a ?? {}, { shape: [-2, -2] })),
    ],
    [
      'a broken shape',
      /a has no proper shape/,
      file(({ a }) => void Object.assign(a ?? {}, { shape: [0.5, 8] })),
    ],
    [
      'three offsets',
      /proper shape or place/,
      file(({ a }) => void Object.assign(a ?? {}, { data_offsets: [0, 8, 16] })),
    ],
    [
      'offsets of text',
      /proper shape or place/,
      file(({ a }) => void Object.assign(a ?? {}, { data_offsets: ['0', '16'] })),
    ],
    [
      'a shape that is not the length',
      /a does not fit/,
      file(({ a }) => void Object.assign(a ?? {}, { shape: [2, 3] })),
    ],
    [
      'a shape beyond all numbers',
      /a does not fit/,
      file(({ a }) => void Object.assign(a ?? {}, { shape: [2 ** 52, 2 ** 52] })),
    ],
    [
      'offsets past the end',
      /b does not fit/,
      file(({ b }) => void Object.assign(b ?? {}, { data_offsets: [17, 20] })),
    ],
    [
      'offsets turned round',
      /a does not fit/,
      file(({ a }) => void Object.assign(a ?? {}, { data_offsets: [16, 0] })),
    ],
    [
      'a place that is not aligned',
      /a is not aligned/,
      file(({ a }) => void Object.assign(a ?? {}, { data_offsets: [1, 17] })),
    ],
    [
      'overlapping arrays',
      /b does not begin where/,
      file(({ b }) => void Object.assign(b ?? {}, { data_offsets: [15, 18] })),
    ],
    [
      'a hole',
      /b does not begin where/,
      file(({ a }) => void Object.assign(a ?? {}, { shape: [1, 2], data_offsets: [0, 8] })),
    ],
    ['bytes of no array', /bytes of no array/, withHeader('{}', 8)],
  ])('refuses %s', (_, why, bytes) => {
    expect(() => readSafetensors(bytes, FILE)).toThrow(unreadable(why));
  });

  it('gives a typed error or arrays for any bytes', () => {
    const good = file();
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          for (const { data, shape } of readSafetensors(bytes, FILE).values()) {
            expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
          }
        } catch (error) {
          expect(error).toEqual(unreadable(/./));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
