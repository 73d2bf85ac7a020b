import { eachInTurns } from '../pace.js';
import { BundledVocabulary } from './bundled.js';
import { Checksum } from './chunk.js';
import { bytesOf, type WordVector } from './entry-record.js';
import { mismatch } from './manifest.js';
import type { VocabularyManifest } from './store.js';
import type { FetchedWords, VocabularyVersion, WordRanks } from './version.js';
import { LOADING, readEntries, readWordList, type StoreAccess } from './version-reader.js';

/** A vocabulary that was read whole: the store is not asked again. */
export class PreloadedVersion implements VocabularyVersion {
  private constructor(
    readonly manifest: VocabularyManifest,
    readonly table: BundledVocabulary,
  ) {}

  /**
   * Reads all words and vectors and checks each against its checksum.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
   */
  static async load(access: StoreAccess, manifest: VocabularyManifest): Promise<PreloadedVersion> {
    const { words, dimensions, encoding, version } = manifest;
    const lines: string[] = [];
    const vectors = new (encoding === 'int8' ? Int8Array : Float32Array)(words * dimensions);
    const scales = new Float32Array(words);
    for await (const chunk of readWordList(access, manifest)) {
      await readChunkEntries(access, manifest, chunk, ({ index, vector, scale }) => {
        const place = index - manifest.firstIndex;
        vectors.set(vector, place * dimensions);
        scales[place] = scale;
      });
      for (const word of chunk.words) lines.push(word);
    }
    const table = await BundledVocabulary.of(lines, vectors, scales, dimensions);
    if (table === undefined) throw mismatch(version, 'has a word twice');
    return new PreloadedVersion(manifest, table);
  }

  async ranks(): Promise<WordRanks> {
    return this.table;
  }

  async fetch(words: Iterable<string>): Promise<FetchedWords> {
    const found = new Map<string, WordVector>();
    await eachInTurns(words, (word) => {
      const rank = this.table.rankOf(word);
      if (rank < 0) return;
      found.set(word, { index: this.manifest.firstIndex + rank, ...this.table.vectorAt(rank) });
    });
    return { found, degraded: false, asked: false };
  }
}

/**
 * Reads a chunk's entries in order and checks that they are what was pushed.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
 */
export async function readChunkEntries(
  access: StoreAccess,
  manifest: VocabularyManifest,
  chunk: { readonly words: readonly string[]; readonly first: number; readonly vectors: string },
  use: (entry: WordVector, word: string) => void,
): Promise<void> {
  const entries = await readEntries(access, manifest, chunk.words, LOADING);
  const checksum = new Checksum();
  await eachInTurns(entries, (entry, at) => {
    if (entry.index !== manifest.firstIndex + chunk.first + at) {
      throw mismatch(manifest.version, 'has an entry whose index is that of another word');
    }
    checksum.add(bytesOf(entry, manifest));
    use(entry, chunk.words[at] as string);
  });
  if (checksum.hex() !== chunk.vectors) {
    throw mismatch(manifest.version, 'has vectors that are not those that were pushed');
  }
}
