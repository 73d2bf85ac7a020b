import { createHash } from 'node:crypto';
import { throwIfAborted } from '../abort.js';
import { aFunction, anInteger, aString, type Check, checkOptions, fail, oneOf } from '../check.js';
import { accessFor, readVersions, STORE_CHECKS, type StoreOptions } from './administration.js';
import { Checksum, checksumOf, readChunk } from './chunk.js';
import { encodeEntry, vectorBytes } from './entry-record.js';
import { aVersion } from './keys.js';
import type { KeyvLike } from './keyv-like.js';
import { makeManifest, mismatch, parseManifest } from './manifest.js';
import type { VectorEncoding, VocabularyEntry, VocabularyManifest } from './store.js';
import type { StoreAccess } from './version-reader.js';

/** What a vocabulary is to be called, and what it is of. */
export interface VocabularyDescription {
  /** A name that no other vocabulary in the store has: letters, digits and `. _ + @ -`, 100 at most. */
  readonly version: string;
  /** The id of its model, as `Classification.model` has it. */
  readonly model: string;
  /** Numbers of a vector; 0 where the encoding is `none`. */
  readonly dimensions: number;
  readonly encoding: VectorEncoding;
}

/** How far a push has come. */
export interface PushProgress {
  /** Words that are in the store now. */
  readonly words: number;
  /** Those of them that an earlier push had written. */
  readonly resumed: number;
}

/** Options of {@link pushVocabulary}. */
export interface PushOptions extends StoreOptions {
  /** Entries that are written at once. Default 64. */
  readonly concurrency?: number | undefined;
  /** Told behind each thousand words. */
  readonly onProgress?: ((progress: PushProgress) => void) | undefined;
  /** Ends the push, which rejects with `ABORTED`; the same call goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

const CHUNK = 1_000;

/**
 * Writes a vocabulary into a store, beside those that are there. It is not used before `useVersion()` says so. What an
 * interrupted push has written is compared and passed over; the manifest comes last, so half a vocabulary is never
 * taken for one. A thousand entries are in memory at a time.
 *
 * @param entries in the order of their index, without a gap.
 * @throws {TypeError} for an entry without a proper word or vector, or out of order.
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`; `VOCABULARY_MISMATCH` where the version holds other words;
 * `ABORTED`.
 */
export async function pushVocabulary(
  keyv: KeyvLike,
  entries: Iterable<VocabularyEntry> | AsyncIterable<VocabularyEntry>,
  description: VocabularyDescription,
  options: PushOptions = {},
): Promise<VocabularyManifest> {
  const about = checkOptions<VocabularyDescription>(
    description,
    {
      version: aVersion,
      model: aString,
      dimensions: anInteger(0),
      encoding: oneOf('int8', 'float32', 'none'),
    },
    'description',
  );
  for (const key of ['version', 'model', 'dimensions', 'encoding'] as const) {
    if (about[key] === undefined) fail(`description.${key}`, 'be set', undefined);
  }
  if ((about.encoding === 'none') !== (about.dimensions === 0)) {
    fail('description.dimensions', `fit the encoding ${about.encoding}`, about.dimensions);
  }
  const checked = checkOptions<PushOptions>(options, {
    ...STORE_CHECKS,
    concurrency: anInteger(1),
    onProgress: aFunction,
    signal: aSignal,
  });
  return await new Push(accessFor(keyv, checked), about, checked).run(entries);
}

const aSignal: Check<AbortSignal> = (value, path) =>
  typeof (value as AbortSignal | null)?.aborted === 'boolean'
    ? (value as AbortSignal)
    : fail(path, 'be an AbortSignal', value);

/** One push under way. */
class Push {
  private readonly checksum = new Checksum();
  private words = 0;
  private resumed = 0;
  private chunks = 0;
  private firstIndex = 0;
  private longestWord = 0;

  constructor(
    private readonly access: StoreAccess,
    private readonly about: VocabularyDescription,
    private readonly options: PushOptions,
  ) {}

  async run(
    entries: Iterable<VocabularyEntry> | AsyncIterable<VocabularyEntry>,
  ): Promise<VocabularyManifest> {
    const { values, keys, breaker } = this.access;
    const { version } = this.about;
    await this.enlist();
    let chunk: VocabularyEntry[] = [];
    for await (const entry of entries) {
      this.check(entry);
      chunk.push(entry);
      if (chunk.length < CHUNK) continue;
      await this.pushChunk(chunk);
      chunk = [];
    }
    if (chunk.length > 0) await this.pushChunk(chunk);
    if (this.words === 0) throw new TypeError('Expected `entries` to have at least one word');
    const { words, firstIndex, longestWord } = this;
    const manifest = makeManifest({
      ...this.about,
      words,
      firstIndex,
      longestWord,
      chunk: CHUNK,
      checksum: this.checksum.hex(),
    });
    const existing = await breaker.run(() => values.get(keys.manifest(version)));
    if (existing !== undefined) {
      const other = parseManifest(existing, version);
      if (other.checksum === manifest.checksum && other.model === manifest.model) return other;
      throw mismatch(version, 'is finished and holds something else: push under another version');
    }
    await breaker.run(() => values.set(keys.manifest(version), manifest));
    return manifest;
  }

  /** Puts the version on the list first, so that what was begun can be found and removed. */
  private async enlist(): Promise<void> {
    const { values, keys, breaker } = this.access;
    const versions = await readVersions(this.access);
    if (versions.includes(this.about.version)) return;
    await breaker.run(() => values.set(keys.versions, [...versions, this.about.version]));
  }

  private check({ word, index }: VocabularyEntry): void {
    const expected = this.firstIndex + this.words;
    if (this.words === 0 && Number.isInteger(index) && index >= 0) this.firstIndex = index;
    else if (index !== expected) fail('entries', `come in order, index ${expected} next`, index);
    this.words++;
    this.longestWord = Math.max(this.longestWord, word.length);
  }

  private async pushChunk(entries: readonly VocabularyEntry[]): Promise<void> {
    const { values, keys, breaker } = this.access;
    const { version, encoding } = this.about;
    const digest = createHash('sha256');
    const records: [string, Buffer][] = [];
    for (const entry of entries) {
      const vector = vectorBytes(entry, this.about);
      digest.update(vector);
      records.push([keys.entry(version, entry.word), encodeEntry(entry.word, entry.index, vector, encoding)]);
    }
    const chunk = { words: entries.map(({ word }) => word), vectors: digest.digest('hex') };
    const checksum = checksumOf(chunk);
    this.checksum.add(checksum);
    const key = keys.chunk(version, this.chunks++);
    const existing = readChunk(await breaker.run(() => values.get(key)));
    if (existing !== undefined && checksumOf(existing) !== checksum) {
      throw mismatch(version, 'was begun with other words: remove it, or push under another version');
    }
    if (existing?.done === true) this.resumed += entries.length;
    else {
      throwIfAborted(this.options.signal);
      await breaker.run(() => values.set(key, { ...chunk, done: false }));
      const { concurrency = 64 } = this.options;
      for (let at = 0; at < records.length; at += concurrency) {
        throwIfAborted(this.options.signal);
        await breaker.run(() => values.setMany(records.slice(at, at + concurrency), concurrency));
      }
      await breaker.run(() => values.set(key, { ...chunk, done: true }));
    }
    this.options.onProgress?.({ words: this.words, resumed: this.resumed });
  }
}
