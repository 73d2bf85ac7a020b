import { aFunction, checkOptions } from '../check.js';
import { accessFor, readVersions, STORE_CHECKS, type StoreOptions } from './administration.js';
import { readChunk } from './chunk.js';
import { aVersion } from './keys.js';
import type { KeyvLike } from './keyv-like.js';
import { mismatch, parseManifest } from './manifest.js';
import { OnDemandVersion } from './on-demand-version.js';
import { readEntriesOf } from './read-entries.js';
import type { VocabularyEntry, VocabularyManifest } from './store.js';
import { readCurrent, readManifest, type StoreAccess } from './version-reader.js';

/** One vocabulary of a store. */
export interface VersionInfo {
  readonly version: string;
  /** Whether classifiers take it up. */
  readonly inUse: boolean;
  /** `null` where it is not finished, or damaged. */
  readonly manifest: VocabularyManifest | null;
}

/** Options of {@link verifyVocabulary} and {@link readVocabulary}. */
export interface ReadOptions extends StoreOptions {
  /** Default: the version in use. */
  readonly version?: string | undefined;
  /** Told how many words have been read, behind each thousand. */
  readonly onProgress?: ((words: number) => void) | undefined;
}

/**
 * The vocabularies of a store in the order in which they were begun.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`.
 */
export async function listVersions(keyv: KeyvLike, options: StoreOptions = {}): Promise<VersionInfo[]> {
  const access = accessFor(keyv, checkOptions(options, STORE_CHECKS));
  const { values, keys, breaker } = access;
  const versions = await readVersions(access);
  const names = [keys.current, ...versions.map((version) => keys.manifest(version))];
  const [current, ...manifests] = await breaker.run(() => values.getSurely(names));
  return versions.map((version, index) => ({
    version,
    inUse: version === current,
    manifest: manifestOf(manifests[index], version),
  }));
}

function manifestOf(value: unknown, version: string): VocabularyManifest | null {
  try {
    return parseManifest(value, version);
  } catch {
    return null;
  }
}

/**
 * Checks a version's manifest, its whole word list, and samples of its entries; then puts it in use by a single write.
 * Classifiers take it up when they look next.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
 */
export async function useVersion(
  keyv: KeyvLike,
  version: string,
  options: StoreOptions = {},
): Promise<VocabularyManifest> {
  const access = accessFor(keyv, checkOptions(options, STORE_CHECKS));
  const manifest = await readManifest(access, aVersion(version, 'version'));
  await OnDemandVersion.load(access, manifest, { cacheBytes: 0, degrades: false, onFailure: () => {} });
  await access.breaker.run(() => access.values.set(access.keys.current, version));
  return manifest;
}

/**
 * Removes a version, finished or not, and nothing else: the store is never cleared.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`; `VOCABULARY_MISMATCH` where it is in use, or not there.
 */
export async function removeVersion(
  keyv: KeyvLike,
  version: string,
  options: StoreOptions = {},
): Promise<void> {
  const access = accessFor(keyv, checkOptions(options, STORE_CHECKS));
  const { values, keys, breaker } = access;
  const versions = await readVersions(access);
  if (!versions.includes(aVersion(version, 'version'))) throw mismatch(version, 'is not there');
  if ((await breaker.run(() => values.get(keys.current))) === version) {
    throw mismatch(version, 'is in use: switch to another first');
  }
  // First of all, so that what is half removed is not taken for a whole one.
  await breaker.run(() => values.delete([keys.manifest(version)]));
  // From the last part on, so that a removal which was interrupted still finds the others.
  for (let chunk = (await countChunks(access, version)) - 1; chunk >= 0; chunk--) {
    const key = keys.chunk(version, chunk);
    const words = readChunk(await breaker.run(() => values.get(key)))?.words ?? [];
    for (let at = 0; at < words.length; at += 100) {
      const names = words.slice(at, at + 100).map((word) => keys.entry(version, word));
      await breaker.run(() => values.delete(names));
    }
    await breaker.run(() => values.delete([key]));
  }
  const others = (await readVersions(access)).filter((other) => other !== version);
  await breaker.run(() => values.set(keys.versions, others));
}

async function countChunks({ values, keys, breaker }: StoreAccess, version: string): Promise<number> {
  let count = 0;
  while ((await breaker.run(() => values.get(keys.chunk(version, count)))) !== undefined) count++;
  return count;
}

/**
 * Reads every entry of a version and checks each against its checksum.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`; `VOCABULARY_MISMATCH`, naming what is wrong.
 */
export async function verifyVocabulary(
  keyv: KeyvLike,
  options: ReadOptions = {},
): Promise<VocabularyManifest> {
  const { access, version } = readAccess(keyv, options);
  const name = version ?? (await readCurrent(access));
  for await (const _ of readVocabulary(keyv, { ...options, version: name }));
  return await readManifest(access, name);
}

/**
 * All entries of a version in the order of their index, a thousand in memory at a time, each checked.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
 * @example
 * for await (const { word, index, vector } of readVocabulary(keyv)) …
 */
export async function* readVocabulary(
  keyv: KeyvLike,
  options: ReadOptions = {},
): AsyncGenerator<VocabularyEntry> {
  const { access, version, onProgress } = readAccess(keyv, options);
  const manifest = await readManifest(access, version ?? (await readCurrent(access)));
  let words = 0;
  for await (const entry of readEntriesOf(access, manifest)) {
    yield entry;
    if (++words % 1_000 === 0 || words === manifest.words) onProgress?.(words);
  }
}

function readAccess(
  keyv: KeyvLike,
  options: ReadOptions,
): Pick<ReadOptions, 'version' | 'onProgress'> & { readonly access: StoreAccess } {
  const checked = checkOptions<ReadOptions>(options, {
    ...STORE_CHECKS,
    version: aVersion,
    onProgress: aFunction,
  });
  return { access: accessFor(keyv, checked), version: checked.version, onProgress: checked.onProgress };
}
