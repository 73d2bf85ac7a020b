import { aFunction, anInteger, anObject, type Check, checkOptions, fail, oneOf } from '../check.js';
import type { BreakerOptions } from './breaker.js';
import { aPrefix, aVersion, DEFAULT_PREFIX } from './keys.js';
import type { KeyvLike } from './keyv-like.js';
import type { VocabularyEntry, VocabularyLookup, VocabularyManifest, VocabularyStore } from './store.js';
import { StoredVocabulary } from './stored-vocabulary.js';
import type { VocabularyVersion } from './version.js';

/** Options of {@link keyvVocabulary}. `undefined` means absent. */
export interface KeyvVocabularyOptions {
  /**
   * `preload` reads all words and vectors at the start and asks for nothing after; `onDemand` reads which words there
   * are, and a vector when a text has the word. Verdicts are the same. Default `'preload'`.
   */
  readonly mode?: 'preload' | 'onDemand' | undefined;
  /** The version to use, whatever the store says is in use. Default: the one in use, and a new one once it is. */
  readonly version?: string | undefined;
  /** What every key begins with. Default `'toxicity-guard/'`. */
  readonly prefix?: string | undefined;
  /** Memory for words that `onDemand` has read, in bytes. The words of a call under way come on top. Default 8 MiB. */
  readonly cacheBytes?: number | undefined;
  /** How long the store may take to answer once, in milliseconds; ten times as long while it is read whole. Default 500. */
  readonly deadlineMs?: number | undefined;
  /** After how many failures in a row the store is left alone, and for how long. Default 5 and 5000 ms. */
  readonly breaker?: BreakerOptions | undefined;
  /**
   * What becomes of a text with words that cannot be read. `fail` rejects with `VOCABULARY_UNAVAILABLE`, so that a
   * guard is `unavailable`; `degrade` judges without those words' own vectors and says `degraded`. Default `'fail'`.
   */
  readonly onUnavailable?: 'fail' | 'degrade' | undefined;
  /** How often to look for a new version, in milliseconds. Default 30000. */
  readonly refreshMs?: number | undefined;
}

/** {@link KeyvVocabularyOptions} made complete. */
export interface KeyvVocabularySettings {
  readonly mode: 'preload' | 'onDemand';
  readonly version: string | undefined;
  readonly prefix: string;
  readonly cacheBytes: number;
  readonly deadlineMs: number;
  readonly breaker: Required<BreakerOptions>;
  readonly onUnavailable: 'fail' | 'degrade';
  readonly refreshMs: number;
}

/** A vocabulary in a key-value store, with cache, deadline and circuit breaker. Made by {@link keyvVocabulary}. */
export interface KeyvVocabulary extends VocabularyStore {
  /**
   * As `getMany`, and under `onUnavailable: 'degrade'` it answers without the words that cannot be read.
   *
   * @param signal gives the wait up; rejects with `ABORTED`.
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `ABORTED`, `CLOSED`.
   */
  lookUp(words: readonly string[], signal?: AbortSignal): Promise<VocabularyLookup>;
  /**
   * Takes up the version in use now, without waiting for the next look. It is read and checked beside the one that
   * works, which stays where the new one is refused.
   *
   * @returns the manifest of the version that works from now on.
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `CLOSED`.
   */
  reload(): Promise<VocabularyManifest>;
  /**
   * All entries of the version in use in the order of their index, read from the store as they are asked for.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`.
   */
  readAll(): AsyncIterable<VocabularyEntry>;
  /** Makes something that works with each version until it is released. For classifiers. */
  attach(user: VocabularyUser): Promise<VocabularyAttachment>;
}

/** Something that works with a version of a vocabulary, such as a classifier. */
export interface VocabularyUser {
  /**
   * Makes everything ready for a version, while another still works.
   *
   * @returns what takes it up, at once and surely.
   * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH` where the version does not fit; it is then not taken up.
   */
  prepare(version: VocabularyVersion): Promise<() => void>;
}

/** What {@link KeyvVocabulary.attach} gives. */
export interface VocabularyAttachment {
  /** Whether a version works. `false` where the store is down under `degrade`: it is tried again in the background. */
  readonly isLoaded: boolean;
  /** Ends it; the last one's end ends the looking for new versions. */
  release(): void;
}

/**
 * A vocabulary in a store: any Keyv, or anything with its `get`, `set` and `delete`. Nothing is read before the first
 * text. The Keyv stays yours to disconnect.
 *
 * @throws {TypeError} for a store without these functions, or an option that is unknown or wrong.
 * @example
 * const keyv = new Keyv(new KeyvMongo(process.env.MONGO_URL));
 * const vocabulary = keyvVocabulary(keyv, { mode: 'onDemand' });
 * const classifier = createClassifier({ vocabulary });
 */
export function keyvVocabulary(keyv: KeyvLike, options: KeyvVocabularyOptions = {}): KeyvVocabulary {
  const checked = checkOptions<KeyvVocabularyOptions>(options, {
    mode: oneOf('preload', 'onDemand'),
    version: aVersion,
    prefix: aPrefix,
    cacheBytes: anInteger(0),
    deadlineMs: anInteger(1, LONGEST_TIMEOUT),
    breaker: anObject<BreakerOptions>({ failures: anInteger(1), resetMs: anInteger(0, LONGEST_TIMEOUT) }),
    onUnavailable: oneOf('fail', 'degrade'),
    refreshMs: anInteger(1, LONGEST_TIMEOUT),
  });
  return new StoredVocabulary(aKeyv(keyv, 'keyv'), {
    mode: checked.mode ?? 'preload',
    version: checked.version,
    prefix: checked.prefix ?? DEFAULT_PREFIX,
    cacheBytes: checked.cacheBytes ?? 8 * 2 ** 20,
    deadlineMs: checked.deadlineMs ?? 500,
    breaker: { failures: 5, resetMs: 5_000, ...checked.breaker },
    onUnavailable: checked.onUnavailable ?? 'fail',
    refreshMs: checked.refreshMs ?? 30_000,
  });
}

/** The longest that `setTimeout` waits; past it, it does not wait at all. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Something of Keyv's shape. */
export const aKeyv: Check<KeyvLike> = (value, path) => {
  if (typeof value !== 'object' || value === null) fail(path, 'be a Keyv, or have its functions', value);
  for (const method of ['get', 'set', 'delete'] as const) {
    aFunction((value as Record<string, unknown>)[method], `${path}.${method}`);
  }
  return value as KeyvLike;
};

/** What {@link keyvVocabulary} makes, also by another copy of this package. */
export const aVocabulary: Check<KeyvVocabulary> = (value, path) => {
  const methods = ['manifest', 'lookUp', 'attach', 'close'] as const;
  const isOne = methods.every((name) => typeof (value as KeyvVocabulary | null)?.[name] === 'function');
  return isOne ? (value as KeyvVocabulary) : fail(path, 'be a vocabulary of keyvVocabulary()', value);
};
