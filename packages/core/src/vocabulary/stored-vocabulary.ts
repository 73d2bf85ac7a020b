import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import { eachInTurns } from '../pace.js';
import { createWarner } from '../warner.js';
import { Breaker, unavailable } from './breaker.js';
import { encodeEntry, toEntry, type VectorForm, vectorBytes } from './entry-record.js';
import { KeyValues } from './key-values.js';
import { VocabularyKeys } from './keys.js';
import type { KeyvLike } from './keyv-like.js';
import type {
  KeyvVocabulary,
  KeyvVocabularySettings,
  VocabularyAttachment,
  VocabularyUser,
} from './keyv-vocabulary.js';
import { mismatch } from './manifest.js';
import { OnDemandVersion } from './on-demand-version.js';
import { orAborted } from './or-aborted.js';
import { PreloadedVersion } from './preloaded-version.js';
import { readEntriesOf } from './read-entries.js';
import { reportChange } from './report.js';
import type { VocabularyEntry, VocabularyLookup, VocabularyManifest } from './store.js';
import type { VocabularyVersion } from './version.js';
import { LOADING, readCurrent, readManifest, type StoreAccess } from './version-reader.js';

/** A vocabulary in a store: one version works, and another is made ready beside it and then takes its place. */
export class StoredVocabulary implements KeyvVocabulary {
  readonly #settings: KeyvVocabularySettings;
  readonly #access: StoreAccess;
  /** Those who work with a version, and those who wait for one under `degrade`. */
  readonly #users = new Set<VocabularyUser>();
  readonly #waiting = new Set<VocabularyUser>();
  readonly #warn = createWarner();
  /** Why versions were refused that has been told already. */
  readonly #refused = new Set<string>();
  #version: VocabularyVersion | undefined;
  /** The first load while it is under way. */
  #loading: Promise<VocabularyVersion> | undefined;
  /** The last change of version begun; the next waits for it. */
  #changing: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(keyv: KeyvLike, settings: KeyvVocabularySettings) {
    this.#settings = settings;
    const onChange = (open: boolean): void => {
      const version = this.#version?.manifest.version ?? null;
      reportChange({ event: open ? 'unavailable' : 'available', version, code: null });
    };
    this.#access = {
      values: new KeyValues(keyv),
      keys: new VocabularyKeys(settings.prefix),
      breaker: new Breaker(settings.deadlineMs, settings.breaker, onChange),
    };
  }

  async manifest(): Promise<VocabularyManifest> {
    return (await this.#load()).manifest;
  }

  async getMany(words: readonly string[]): Promise<(VocabularyEntry | undefined)[]> {
    const { entries, degraded } = await this.lookUp(words);
    if (degraded) throw unavailable('cannot be asked for some of the words');
    return [...entries];
  }

  async lookUp(words: readonly string[], signal?: AbortSignal): Promise<VocabularyLookup> {
    let version: VocabularyVersion;
    try {
      version = await orAborted(this.#load(), signal);
    } catch (error) {
      if (!this.#degradesAway(error)) throw error;
      return { entries: words.map(() => undefined), degraded: true };
    }
    const { found, degraded } = await orAborted(version.fetch(words), signal);
    const { encoding } = version.manifest;
    const entries: (VocabularyEntry | undefined)[] = [];
    await eachInTurns(words, (word) => {
      const vector = found.get(word);
      entries.push(vector && toEntry(word, vector, encoding));
    });
    return { entries, degraded };
  }

  async setMany(entries: readonly VocabularyEntry[]): Promise<void> {
    const { values, keys, breaker } = this.#access;
    const { version } = this.#settings;
    if (version === undefined) throw new TypeError('Expected the option `version` to be set, to write to it');
    const finished = await breaker.run(() => values.get(keys.manifest(version)));
    if (finished !== undefined) throw mismatch(version, 'is finished: push under another version');
    const records = entries.map((entry) => {
      const form = formOf(entry);
      const record = encodeEntry(entry.word, entry.index, vectorBytes(entry, form), form.encoding);
      return [keys.entry(version, entry.word), record] as const;
    });
    await breaker.run(() => values.setMany(records), LOADING);
  }

  async reload(): Promise<VocabularyManifest> {
    this.#throwIfClosed();
    await this.#change(async () => await this.#refresh());
    return (this.#version as VocabularyVersion).manifest;
  }

  async *readAll(): AsyncIterable<VocabularyEntry> {
    const { manifest } = await this.#load();
    yield* readEntriesOf(this.#access, manifest);
  }

  async attach(user: VocabularyUser): Promise<VocabularyAttachment> {
    this.#throwIfClosed();
    let isLoaded = true;
    try {
      await this.#load();
      // Not while another version takes over, which would pass this user over.
      await this.#change(async () => {
        (await user.prepare(this.#version as VocabularyVersion))();
        this.#users.add(user);
      });
    } catch (error) {
      if (!this.#degradesAway(error)) throw error;
      isLoaded = false;
      this.#waiting.add(user);
    }
    this.#watch();
    return { isLoaded, release: () => this.#release(user) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#users.clear();
    this.#waiting.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#version = undefined;
  }

  #release(user: VocabularyUser): void {
    this.#users.delete(user);
    this.#waiting.delete(user);
    if (this.#users.size + this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #load(): Promise<VocabularyVersion> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#version !== undefined) return Promise.resolve(this.#version);
    this.#loading ??= this.#change(async () => {
      if (this.#version === undefined) await this.#refresh();
      return this.#version as unknown as VocabularyVersion;
    }).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** One change of version at a time, in order. */
  async #change<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#changing;
    const change = (async () => {
      await before;
      this.#throwIfClosed();
      return await work();
    })();
    this.#changing = change.catch(() => {});
    return await change;
  }

  /** Loads the version that is to be used, if it is not the one that works, and takes it up. */
  async #refresh(): Promise<void> {
    const name = this.#settings.version ?? (await readCurrent(this.#access));
    this.#throwIfClosed();
    try {
      const manifest = await readManifest(this.#access, name);
      // A closed one has no version that works, and would read all of the new one.
      this.#throwIfClosed();
      const working = this.#version;
      const isSame = working?.manifest.version === name && working.manifest.checksum === manifest.checksum;
      const version = isSame ? working : await this.#open(manifest);
      const users = isSame ? [...this.#waiting] : [...this.#users, ...this.#waiting];
      const takers: (() => void)[] = [];
      for (const user of users) takers.push(await user.prepare(version));
      this.#throwIfClosed();
      for (const take of takers) take();
      for (const user of users) if (this.#waiting.delete(user)) this.#users.add(user);
      this.#version = version;
      if (isSame) return;
      this.#refused.clear();
      this.#watch();
      reportChange({ event: 'loaded', version: name, code: null });
    } catch (error) {
      const fault = toFault(error, 'VOCABULARY_MISMATCH', `Taking up the vocabulary ${name}`);
      if (fault.code === 'VOCABULARY_MISMATCH' && !this.#refused.has(fault.message)) {
        this.#refused.add(fault.message);
        reportChange({ event: 'refused', version: name, code: fault.code });
      }
      throw fault;
    }
  }

  #open(manifest: VocabularyManifest): Promise<VocabularyVersion> {
    const { mode, cacheBytes, onUnavailable } = this.#settings;
    if (mode === 'preload') return PreloadedVersion.load(this.#access, manifest);
    return OnDemandVersion.load(this.#access, manifest, {
      cacheBytes,
      degrades: onUnavailable === 'degrade',
      onFailure: ({ code, message }) => {
        if (code === 'VOCABULARY_MISMATCH')
          this.#warn(`${message}. Words of it are judged without their vectors.`);
      },
    });
  }

  /** Looks for a new version now and then; sooner where none works yet. */
  #watch(): void {
    if (this.#timer !== undefined || this.#closed) return;
    const { refreshMs, breaker } = this.#settings;
    const delay = this.#version === undefined ? Math.min(refreshMs, breaker.resetMs) : refreshMs;
    this.#timer = setTimeout(() => {
      this.#change(async () => await this.#refresh())
        .catch((error: unknown) => this.#complain(error))
        .finally(() => {
          if (this.#timer === undefined) return;
          this.#timer = undefined;
          this.#watch();
        });
    }, delay);
    this.#timer.unref();
  }

  #complain(error: unknown): void {
    if (!(error instanceof ToxicityGuardError) || error.code !== 'VOCABULARY_MISMATCH') return;
    const working = this.#version?.manifest.version;
    const stays = working === undefined ? 'No version works' : `The version ${working} stays in use`;
    this.#warn(`${error.message}. ${stays}.`);
  }

  #degradesAway(error: unknown): boolean {
    const isOutage = error instanceof ToxicityGuardError && error.code === 'VOCABULARY_UNAVAILABLE';
    return isOutage && this.#settings.onUnavailable === 'degrade';
  }

  #throwIfClosed(): void {
    if (this.#closed) throw closed();
  }
}

/** The form in which an entry is best kept. */
function formOf({ int8, vector }: VocabularyEntry): VectorForm {
  if (int8 !== undefined) return { encoding: 'int8', dimensions: int8.values.length };
  if (vector !== undefined) return { encoding: 'float32', dimensions: vector.length };
  return { encoding: 'none', dimensions: 0 };
}

function closed(): ToxicityGuardError {
  return new ToxicityGuardError('CLOSED', 'The vocabulary has been closed');
}
