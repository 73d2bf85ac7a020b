import { createHash, hash } from 'node:crypto';
import { mismatch } from './manifest.js';
import type { VocabularyManifest } from './store.js';

/** A part of a word list as it is kept. It is written before its entries, so that what was begun can be removed. */
export interface Chunk {
  readonly words: readonly string[];
  /** SHA-256 over the words' vectors in order, as lower-case hex. */
  readonly vectors: string;
  /** Whether all its entries have been written. */
  readonly done: boolean;
}

/** How many chunks a word list has. */
export function chunkCount({ words, chunk }: VocabularyManifest): number {
  return Math.ceil(words / chunk);
}

/**
 * Checks a chunk as the store gave it; its checksum is another matter.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH`.
 */
export function parseChunk(value: unknown, place: number, manifest: VocabularyManifest): Chunk {
  const { version, words, chunk } = manifest;
  const parsed = readChunk(value);
  if (parsed?.done !== true)
    throw mismatch(version, `lacks part ${place} of its word list, or it is damaged`);
  const expected = Math.min(chunk, words - place * chunk);
  if (parsed.words.length !== expected) {
    throw mismatch(version, `has ${parsed.words.length} words in part ${place}, not ${expected}`);
  }
  return parsed;
}

/** A chunk, finished or not; `undefined` for anything else. */
export function readChunk(value: unknown): Chunk | undefined {
  const { words, vectors, done } = (value ?? {}) as Partial<Chunk>;
  const isOne = Array.isArray(words) && words.every((word) => typeof word === 'string' && word !== '');
  return isOne && typeof vectors === 'string' && typeof done === 'boolean'
    ? { words, vectors, done }
    : undefined;
}

/** The checksum of a chunk: of its words, and through `vectors` of their vectors. */
export function checksumOf({ words, vectors }: Pick<Chunk, 'words' | 'vectors'>): string {
  return hash('sha256', `${JSON.stringify(words)}\n${vectors}`);
}

/** SHA-256 over pieces that come one by one. */
export class Checksum {
  private readonly digest = createHash('sha256');

  add(piece: string | Uint8Array): void {
    this.digest.update(piece);
  }

  hex(): string {
    return this.digest.digest('hex');
  }
}
