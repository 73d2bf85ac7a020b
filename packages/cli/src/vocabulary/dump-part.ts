import type { VocabularyEntry } from '@toxicity-guard/core';
import { type VectorForm, vectorSize } from './vector-size.js';

/** Some neighbouring words of a dump: one of its lines. */
export interface DumpPart {
  readonly words: readonly string[];
  /** Their vectors in base64, little endian: four bytes a number; or four bytes of scale, then a byte a number. */
  readonly vectors: string;
}

/** Makes a line of entries. No number is rounded, and the sign of a zero stays. */
export function encodePart(entries: readonly VocabularyEntry[], form: VectorForm): DumpPart {
  const size = vectorSize(form);
  const bytes = Buffer.alloc(entries.length * size);
  for (const [place, { vector, int8 }] of entries.entries()) {
    let at = place * size;
    if (int8 !== undefined) {
      at = bytes.writeFloatLE(int8.scale, at);
      bytes.set(new Uint8Array(int8.values.buffer, int8.values.byteOffset, int8.values.length), at);
    } else for (const number of vector ?? []) at = bytes.writeFloatLE(number, at);
  }
  return { words: entries.map(({ word }) => word), vectors: bytes.toString('base64') };
}

/**
 * Reads the entries of a line.
 *
 * @param firstIndex the index of its first word.
 * @returns nothing where it is damaged.
 */
export function decodePart(
  { words, vectors }: DumpPart,
  firstIndex: number,
  form: VectorForm,
): VocabularyEntry[] | undefined {
  const { dimensions, encoding } = form;
  const size = vectorSize(form);
  const bytes = Buffer.from(vectors, 'base64');
  if (bytes.length !== words.length * size) return undefined;
  return words.map((word, place) => {
    const index = firstIndex + place;
    const at = place * size;
    if (encoding === 'none') return { word, index };
    if (encoding === 'int8') {
      const values = Int8Array.from({ length: dimensions }, (_, offset) => bytes.readInt8(at + 4 + offset));
      return { word, index, int8: { values, scale: bytes.readFloatLE(at) } };
    }
    const vector = Float32Array.from({ length: dimensions }, (_, offset) =>
      bytes.readFloatLE(at + 4 * offset),
    );
    return { word, index, vector };
  });
}
