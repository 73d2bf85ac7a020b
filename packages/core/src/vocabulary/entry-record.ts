import { crc32 } from 'node:zlib';
import { ToxicityGuardError } from '../errors.js';
import type { VectorEncoding, VocabularyEntry, VocabularyManifest } from './store.js';

/** A word's vector as it is kept in memory: `vector[i] * scale`, or `vector[i]` of float32, whose scale is 1. */
export interface WordVector {
  readonly index: number;
  readonly vector: Int8Array | Float32Array;
  readonly scale: number;
}

/** The form of vectors that a manifest tells. */
export type VectorForm = Pick<VocabularyManifest, 'encoding' | 'dimensions'>;

/** Record version, encoding, length of the word in bytes, index, CRC-32 of all the rest; then word and vector. */
const HEADER = 12;
const CRC = 8;
const RECORD_VERSION = 1;
const ENCODINGS: readonly VectorEncoding[] = ['none', 'int8', 'float32'];
const LONGEST_WORD = 65_535;
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** How many bytes a vector takes. */
export function vectorSize({ encoding, dimensions }: VectorForm): number {
  if (encoding === 'none') return 0;
  return encoding === 'int8' ? 4 + dimensions : 4 * dimensions;
}

/**
 * The bytes of an entry's vector: its scale and one byte a number, or four a number, little endian.
 *
 * @throws {TypeError} when the entry has no vector of this form.
 */
export function vectorBytes(entry: VocabularyEntry, form: VectorForm): Buffer {
  if (form.encoding === 'none') return Buffer.alloc(0);
  if (form.encoding === 'int8' && entry.int8 !== undefined) {
    const { values, scale } = entry.int8;
    throwUnlessFits(entry, values.length === form.dimensions && Math.fround(scale) === scale, form);
    return bytesOf({ index: entry.index, vector: values, scale }, form);
  }
  const { vector } = entry;
  throwUnlessFits(entry, vector?.length === form.dimensions && vector.every(Number.isFinite), form);
  const numbers = vector as Float32Array;
  if (form.encoding === 'float32') return bytesOf({ index: entry.index, vector: numbers, scale: 1 }, form);
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = Math.fround(largest / 127);
  const vectorOfBytes = Int8Array.from(numbers, (value) =>
    scale > 0 ? Math.max(-127, Math.min(127, Math.round(value / scale))) : 0,
  );
  return bytesOf({ index: entry.index, vector: vectorOfBytes, scale }, form);
}

function throwUnlessFits(entry: VocabularyEntry, fits: boolean, { encoding, dimensions }: VectorForm): void {
  if (fits) return;
  const numbers = `${dimensions} finite numbers`;
  throw new TypeError(
    `Expected the entry with index ${entry.index} to have a vector of ${numbers} for ${encoding}`,
  );
}

/** @throws {TypeError} when a word cannot be kept: empty, over 65,535 bytes, or with half of a surrogate pair. */
export function encodeEntry(word: string, index: number, vector: Buffer, encoding: VectorEncoding): Buffer {
  const text = Buffer.from(word, 'utf8');
  if (word === '' || text.length > LONGEST_WORD || !isWellFormed(word)) {
    throw new TypeError(`Expected the word with index ${index} to be 1 to ${LONGEST_WORD} bytes of UTF-8`);
  }
  const record = Buffer.alloc(HEADER + text.length + vector.length);
  record.writeUInt8(RECORD_VERSION, 0);
  record.writeUInt8(ENCODINGS.indexOf(encoding), 1);
  record.writeUInt16LE(text.length, 2);
  record.writeUInt32LE(index, 4);
  text.copy(record, HEADER);
  vector.copy(record, HEADER + text.length);
  record.writeUInt32LE(checksumOf(record), CRC);
  return record;
}

/**
 * Reads an entry as the store gave it.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH` when it is damaged, of another form, or of another word.
 */
export function decodeEntry(value: unknown, word: string, manifest: VocabularyManifest): WordVector {
  const record = toBuffer(value);
  const refuse = (why: string): never => {
    throw new ToxicityGuardError(
      'VOCABULARY_MISMATCH',
      `The vocabulary ${manifest.version} has an entry that ${why}`,
    );
  };
  if (record === undefined) return refuse(`is of the wrong type (${typeof value})`);
  if (record.length < HEADER || record[0] !== RECORD_VERSION) return refuse('is no record of a word');
  if (record.readUInt32LE(CRC) !== checksumOf(record)) return refuse('is damaged');
  if (ENCODINGS[record[1] as number] !== manifest.encoding) return refuse('has another encoding');
  const start = HEADER + record.readUInt16LE(2);
  if (record.length - start !== vectorSize(manifest)) return refuse('has a vector of another length');
  if (record.toString('utf8', HEADER, start) !== word) return refuse('is of another word');
  const index = record.readUInt32LE(4);
  const { firstIndex, words } = manifest;
  if (index < firstIndex || index >= firstIndex + words) return refuse('has an index outside the word list');
  return { index, ...readVector(record.subarray(start), manifest) };
}

/** Copies a vector out of its bytes, so that these can go. */
export function readVector(bytes: Buffer, form: VectorForm): Pick<WordVector, 'vector' | 'scale'> {
  if (form.encoding !== 'int8') {
    const vector = new Float32Array(bytes.length / 4);
    if (LITTLE_ENDIAN) new Uint8Array(vector.buffer).set(bytes);
    else for (let at = 0; at < vector.length; at++) vector[at] = bytes.readFloatLE(4 * at);
    return { vector, scale: 1 };
  }
  const vector = new Int8Array(form.dimensions);
  new Uint8Array(vector.buffer).set(bytes.subarray(4));
  return { vector, scale: bytes.readFloatLE(0) };
}

/** The bytes that a vector was read from. */
export function bytesOf({ vector, scale }: WordVector, form: VectorForm): Buffer {
  const bytes = Buffer.alloc(vectorSize(form));
  if (form.encoding === 'int8') {
    bytes.writeFloatLE(scale, 0);
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length), 4);
  } else if (LITTLE_ENDIAN) bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
  else for (let at = 0; at < vector.length; at++) bytes.writeFloatLE(vector[at] as number, 4 * at);
  return bytes;
}

/** Makes what the outside sees of a word. */
export function toEntry(
  word: string,
  { index, vector, scale }: WordVector,
  encoding: VectorEncoding,
): VocabularyEntry {
  if (encoding === 'none') return { word, index };
  if (vector instanceof Float32Array) return { word, index, vector };
  return {
    word,
    index,
    vector: Float32Array.from(vector, (value) => value * scale),
    int8: { values: vector, scale },
  };
}

/** Whether a string can be written as UTF-8: no half of a surrogate pair. */
export function isWellFormed(word: string): boolean {
  return !/\p{Surrogate}/u.test(word);
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(HEADER), crc32(record.subarray(0, CRC)));
}

/** A Buffer, also one that a plain JSON serialiser has taken apart. */
function toBuffer(value: unknown): Buffer | undefined {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data) : undefined;
}
