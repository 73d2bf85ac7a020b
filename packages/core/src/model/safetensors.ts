import { ToxicityGuardError } from '../errors.js';

/** The element types that model files use, by their safetensors names. */
const ARRAYS = { F32: Float32Array, I8: Int8Array, U8: Uint8Array } as const;
type Dtype = keyof typeof ARRAYS;

/** One array of a safetensors file. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int8Array | Uint8Array;
}

/** The arrays of one file, by name. */
export type Tensors = ReadonlyMap<string, Tensor>;

/** Longer headers than this are refused before they are parsed; ours are under 2 KB. */
const LONGEST_HEADER = 1_000_000;

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors, format description) without copying:
 * the arrays are views of `bytes`.
 *
 * @param bytes the file's content, its first byte at a multiple of eight in its buffer.
 * @param file the name that errors use.
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE`, saying what is wrong with the file.
 */
export function readSafetensors(bytes: Uint8Array, file: string): Tensors {
  const unreadable = (why: string, cause?: unknown): never => {
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} is no safetensors file: ${why}`, { cause });
  };
  if (bytes.length < 8) unreadable('it ends before its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(view.getBigUint64(0, true));
  if (size > LONGEST_HEADER || 8 + size > bytes.length) unreadable('its header does not fit in it');
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + size)));
    if (typeof header !== 'object' || header === null || Array.isArray(header)) {
      throw new TypeError('not an object');
    }
  } catch (cause) {
    return unreadable('its header is not JSON', cause);
  }
  const tensors = new Map<string, Tensor>();
  const places: [begin: number, end: number, name: string][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    const isKnown = typeof dtype === 'string' && Object.hasOwn(ARRAYS, dtype);
    const Elements = isKnown ? ARRAYS[dtype as Dtype] : unreadable(`${name} is of an unknown type`);
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      return unreadable(`${name} has no proper shape or place`);
    }
    const [begin, end] = offsets as [number, number];
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    const start = bytes.byteOffset + 8 + size + begin;
    const fits = end <= bytes.length - 8 - size && end - begin === length * Elements.BYTES_PER_ELEMENT;
    if (!fits) unreadable(`${name} does not fit in it`);
    if (start % Elements.BYTES_PER_ELEMENT !== 0) unreadable(`${name} is not aligned`);
    places.push([begin, end, name]);
    tensors.set(name, { shape, data: new Elements(bytes.buffer as ArrayBuffer, start, length) });
  }
  let covered = 0;
  for (const [begin, end, name] of places.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== covered) unreadable(`${name} does not begin where the array before it ends`);
    covered = end;
  }
  if (covered !== bytes.length - 8 - size) unreadable('it holds bytes of no array');
  return tensors;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/**
 * Writes arrays as a safetensors file: wide elements first, the header padded to eight bytes, so that every
 * array is aligned.
 */
export function writeSafetensors(tensors: Tensors): Uint8Array {
  const entries = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let offset = 0;
  const header = entries.map(([name, { data, shape }]) => {
    const dtype = (Object.keys(ARRAYS) as Dtype[]).find((key) => data instanceof ARRAYS[key]);
    const begin = offset;
    offset += data.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, offset] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const text = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  text.set(json);
  const bytes = new Uint8Array(8 + text.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  let at = 8 + text.length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}
