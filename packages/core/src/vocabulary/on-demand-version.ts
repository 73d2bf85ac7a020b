import { ToxicityGuardError } from '../errors.js';
import { eachInTurns, isDue, rest } from '../pace.js';
import { CommonWords } from '../text/common-words.js';
import { RAREST_MEANT } from '../text/resolve.js';
import { DigestSet } from './digest-set.js';
import { isWellFormed, type WordVector } from './entry-record.js';
import { mismatch } from './manifest.js';
import type { VocabularyManifest } from './store.js';
import { roomFor, VectorCache } from './vector-cache.js';
import type { FetchedWords, VocabularyVersion, WordRanks } from './version.js';
import { LOADING, readEntries, readWordList, type StoreAccess } from './version-reader.js';
import { WordTable } from './word-table.js';

/** How a version is read on demand. */
export interface OnDemandSettings {
  readonly cacheBytes: number;
  /** Whether words that cannot be had are left out instead of failing the call. */
  readonly degrades: boolean;
  /** Told of a failure that was degraded away. */
  readonly onFailure: (error: ToxicityGuardError) => void;
}

/**
 * A vocabulary whose vectors stay in the store until a text has need of them. Which words it holds is kept in memory,
 * so words that it does not hold cost no round trip, however many a sender makes up, and one that it must hold and
 * does not answer is a fault and no unknown word.
 */
export class OnDemandVersion implements VocabularyVersion {
  readonly table = undefined;
  private readonly cache: VectorCache;
  private ranking: Promise<WordRanks> | undefined;

  private constructor(
    private readonly access: StoreAccess,
    readonly manifest: VocabularyManifest,
    private readonly known: DigestSet,
    private readonly settings: OnDemandSettings,
  ) {
    this.cache = new VectorCache(settings.cacheBytes, manifest.words, manifest);
  }

  /**
   * Reads and checks the word list, and the first and last entry of each of its parts.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
   */
  static async load(
    access: StoreAccess,
    manifest: VocabularyManifest,
    settings: OnDemandSettings,
  ): Promise<OnDemandVersion> {
    const known = new DigestSet(manifest.words);
    const samples = new Map<string, number>();
    for await (const { words, first } of readWordList(access, manifest)) {
      await eachInTurns(words, (word) => known.add(word));
      for (const at of [0, words.length - 1]) samples.set(words[at] as string, first + at);
    }
    known.finish();
    const entries = await readEntries(access, manifest, [...samples.keys()], LOADING);
    for (const [index, place] of [...samples.values()].entries()) {
      if (entries[index]?.index === manifest.firstIndex + place) continue;
      throw mismatch(manifest.version, 'has an entry whose index is that of another word');
    }
    return new OnDemandVersion(access, manifest, known, settings);
  }

  ranks(): Promise<WordRanks> {
    this.ranking ??= this.readRanks().catch((error: unknown) => {
      this.ranking = undefined;
      throw error;
    });
    return this.ranking;
  }

  async fetch(words: Iterable<string>): Promise<FetchedWords> {
    const found = new Map<string, WordVector>();
    const missing: string[] = [];
    const distinct = new Set(words);
    const room = roomFor(distinct.size, this.manifest);
    for (const word of distinct) {
      if (isDue()) await rest();
      const cached = this.cache.read(word, room, found.size * this.manifest.dimensions);
      if (cached !== undefined) found.set(word, cached);
      else if (this.holds(word)) missing.push(word);
    }
    if (missing.length === 0) return { found, degraded: false, asked: false };
    try {
      const entries = await readEntries(this.access, this.manifest, missing);
      await eachInTurns(missing, (word, at) => {
        const entry = entries[at] as WordVector;
        this.cache.write(word, entry);
        found.set(word, entry);
      });
    } catch (error) {
      if (!this.settings.degrades || !(error instanceof ToxicityGuardError)) throw error;
      this.settings.onFailure(error);
      return { found, degraded: true, asked: true };
    }
    return { found, degraded: false, asked: true };
  }

  private holds(word: string): boolean {
    return word.length <= this.manifest.longestWord && isWellFormed(word) && this.known.has(word);
  }

  private async readRanks(): Promise<WordRanks> {
    const { version, words: count } = this.manifest;
    const ranks = new WordTable(count);
    const frequent: string[] = [];
    for await (const { words, first } of readWordList(this.access, this.manifest)) {
      if (isDue()) await rest();
      for (const word of words) {
        if (!ranks.add(word)) throw mismatch(version, 'has a word twice');
      }
      if (first < RAREST_MEANT) frequent.push(...words.slice(0, RAREST_MEANT - first));
    }
    return { common: new CommonWords(frequent), rankOf: (word) => ranks.indexOf(word) };
  }
}
