import { toFault } from '../fault.js';
import { isDue, rest } from '../pace.js';
import type { Breaker } from './breaker.js';
import { Checksum, type Chunk, checksumOf, chunkCount, parseChunk } from './chunk.js';
import { decodeEntry, type WordVector } from './entry-record.js';
import { eachOf, type KeyValues } from './key-values.js';
import type { VocabularyKeys } from './keys.js';
import { mismatch, parseManifest } from './manifest.js';
import type { VocabularyManifest } from './store.js';

/** How many entries are asked for at once: the Mongo adapter's work grows with the square of it. */
export const ENTRIES_AT_ONCE = 500;
const CHUNKS_AT_ONCE = 4;
const PARALLEL = 4;
/** How many times the deadline a round trip of a load may take. */
export const LOADING = 10;

/** What one reads a vocabulary with. */
export interface StoreAccess {
  readonly values: KeyValues;
  readonly keys: VocabularyKeys;
  readonly breaker: Pick<Breaker, 'run'>;
}

/** Some neighbouring words of a list. */
export interface Words extends Chunk {
  /** Place of the first in the list. */
  readonly first: number;
}

/**
 * The name of the version in use.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`; `VOCABULARY_MISMATCH` where none is.
 */
export async function readCurrent({ values, keys, breaker }: StoreAccess): Promise<string> {
  const current = await breaker.run(() => values.get(keys.current));
  if (typeof current !== 'string') throw mismatch('in use', 'is not named: push one and switch to it');
  return current;
}

/** @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`. */
export async function readManifest(access: StoreAccess, version: string): Promise<VocabularyManifest> {
  const { values, keys, breaker } = access;
  const value = await breaker.run(() => values.get(keys.manifest(version)));
  return parseManifest(value, version);
}

/**
 * Reads a word list in order and checks it against the manifest, behind the last word.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
 */
export async function* readWordList(
  { values, keys, breaker }: StoreAccess,
  manifest: VocabularyManifest,
): AsyncGenerator<Words> {
  const { version } = manifest;
  const count = chunkCount(manifest);
  const checksum = new Checksum();
  for (let start = 0; start < count; start += CHUNKS_AT_ONCE) {
    const length = Math.min(CHUNKS_AT_ONCE, count - start);
    const names = Array.from({ length }, (_, index) => keys.chunk(version, start + index));
    const read = await breaker.run(() => values.getSurely(names), LOADING);
    for (const [index, value] of read.entries()) {
      if (isDue()) await rest();
      const chunk = parseChunk(value, start + index, manifest);
      checksum.add(checksumOf(chunk));
      yield { ...chunk, first: (start + index) * manifest.chunk };
    }
  }
  if (checksum.hex() !== manifest.checksum) {
    throw mismatch(version, 'is not what was pushed: its checksum is not that of its words');
  }
}

/**
 * The vectors of words that a vocabulary holds, in order.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`; `VOCABULARY_MISMATCH` where one is missing or damaged.
 */
export async function readEntries(
  { values, keys, breaker }: StoreAccess,
  manifest: VocabularyManifest,
  words: readonly string[],
  factor = 1,
): Promise<WordVector[]> {
  const { version } = manifest;
  const batches: string[][] = [];
  for (let at = 0; at < words.length; at += ENTRIES_AT_ONCE)
    batches.push(words.slice(at, at + ENTRIES_AT_ONCE));
  const read = await eachOf(batches, PARALLEL, async (batch) => {
    if (isDue()) await rest();
    const names = batch.map((word) => keys.entry(version, word));
    const records = await breaker.run(async () => {
      const found = await values.getMany(names);
      const lost = found.indexOf(undefined);
      if (lost >= 0 && !(await values.isAbsent(names[lost] as string))) {
        throw new Error('A value could not be read');
      }
      return found;
    }, factor);
    const vectors: WordVector[] = [];
    for (const [index, record] of records.entries()) {
      if (isDue()) await rest();
      if (record === undefined) throw mismatch(version, 'has lost entries of words on its list');
      vectors.push(decode(record, batch[index] as string, manifest));
    }
    return vectors;
  });
  return read.flat();
}

/** As {@link decodeEntry}, also for a value that throws when it is looked at. */
function decode(record: unknown, word: string, manifest: VocabularyManifest): WordVector {
  try {
    return decodeEntry(record, word, manifest);
  } catch (error) {
    throw toFault(error, 'VOCABULARY_MISMATCH', 'Reading an entry of the vocabulary');
  }
}
