import { anInteger, checkOptions, oneOf } from '../check.js';
import { type ErrorCode, ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import { Breaker } from '../vocabulary/breaker.js';
import { KeyValues } from '../vocabulary/key-values.js';
import { aPrefix, DEFAULT_PREFIX } from '../vocabulary/keys.js';
import type { KeyvLike } from '../vocabulary/keyv-like.js';
import { aKeyv } from '../vocabulary/keyv-vocabulary.js';
import { changesOf } from './change.js';
import { aCommunity, type OverlayEntry } from './entry.js';
import { HeldList } from './held-list.js';
import { ListStore } from './list-store.js';
import { ListWriter } from './list-writer.js';
import type { Overlay, OverlayLists } from './overlay.js';
import { type OverlayMessage, reportOverlay } from './report.js';

/** Options of {@link keyvOverlay}. `undefined` means absent. */
export interface KeyvOverlayOptions {
  /** What every key begins with; a vocabulary may be in the same store. Default `'toxicity-guard/'`. */
  readonly prefix?: string | undefined;
  /** How often the store is asked whether something has changed, in milliseconds. Default `5000`. */
  readonly refreshMs?: number | undefined;
  /** How long the store may take to answer once, in milliseconds. Default `500`. */
  readonly deadlineMs?: number | undefined;
  /** How many communities' lists are kept in memory, those used last. Default `1000`. */
  readonly maxCommunities?: number | undefined;
  /**
   * What becomes of a text while one of its lists has never been read: `fail` rejects with
   * `VOCABULARY_UNAVAILABLE`, `degrade` judges it without that list. Default `'fail'`.
   */
  readonly onUnavailable?: 'fail' | 'degrade' | undefined;
}

interface Settings {
  readonly prefix: string;
  readonly refreshMs: number;
  readonly deadlineMs: number;
  readonly maxCommunities: number;
  readonly onUnavailable: 'fail' | 'degrade';
}

/** The longest that `setTimeout` waits; past it, it does not wait at all. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;
/** The store is left alone for a while behind so many failures in a row. */
const FAILURES = 5;
/** Lists that are read at once. */
const LISTS_AT_ONCE = 50;
/** Every list is read again after so many looks, in case a writer ended before it told of its change. */
const LOOKS = 12;

/**
 * Phrases in a Keyv store, shared by all processes that use it. They are read when they are first asked for, kept
 * in memory, and looked after in the background: a change counts everywhere within `refreshMs` and two round
 * trips. While the store fails, what was read last stays in use.
 *
 * Changes by several writers at once are all kept, if each writer lives for a minute after its change and none
 * needs longer than that to write.
 *
 * @param keyv a `Keyv` of version 5 or 6, or anything of its shape. It stays yours to disconnect.
 * @throws {TypeError} for an option that is unknown or wrong.
 * @example
 * const overlay = keyvOverlay(new Keyv({ store: new KeyvRedis(url) }))
 * await overlay.add([{ phrase: 'Scunthorpe United', action: 'allow' }])
 * const classifier = createClassifier({ overlay })
 */
export function keyvOverlay(keyv: KeyvLike, options: KeyvOverlayOptions = {}): Overlay {
  const checked = checkOptions<KeyvOverlayOptions>(options, {
    prefix: aPrefix,
    refreshMs: anInteger(1, LONGEST_TIMEOUT),
    deadlineMs: anInteger(1, LONGEST_TIMEOUT),
    maxCommunities: anInteger(1),
    onUnavailable: oneOf('fail', 'degrade'),
  });
  return new KeyvOverlay(aKeyv(keyv, 'keyv'), {
    prefix: checked.prefix ?? DEFAULT_PREFIX,
    refreshMs: checked.refreshMs ?? 5_000,
    deadlineMs: checked.deadlineMs ?? 500,
    maxCommunities: checked.maxCommunities ?? 1_000,
    onUnavailable: checked.onUnavailable ?? 'fail',
  });
}

class KeyvOverlay implements Overlay {
  readonly #settings: Settings;
  readonly #store: ListStore;
  readonly #writer: ListWriter;
  readonly #site: HeldList;
  /** Lists of communities, those used last at the end. */
  readonly #communities = new Map<string, HeldList>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #isWarned = false;
  #revision: unknown;
  #looks = 0;

  constructor(keyv: KeyvLike, settings: Settings) {
    const { deadlineMs, refreshMs, prefix } = settings;
    const breaker = new Breaker(deadlineMs, { failures: FAILURES, resetMs: refreshMs / 2 }, () => undefined);
    this.#settings = settings;
    this.#store = new ListStore(new KeyValues(keyv), breaker, prefix);
    this.#writer = new ListWriter(this.#store);
    this.#site = new HeldList(undefined);
  }

  listsFor(community?: string): OverlayLists | Promise<OverlayLists> {
    this.#throwIfClosed();
    const held = community === undefined ? [this.#site] : [this.#site, this.#heldOf(community)];
    this.#start();
    if (held.every(({ phrases }) => phrases !== undefined)) return this.#listsOf(held);
    return this.#load(held).then(() => this.#listsOf(held));
  }

  async add(entries: readonly OverlayEntry[]): Promise<void> {
    await this.#change(entries, 'added');
  }

  async remove(entries: readonly OverlayEntry[]): Promise<void> {
    await this.#change(entries, 'removed');
  }

  async list(community?: string): Promise<OverlayEntry[]> {
    this.#throwIfClosed();
    if (community !== undefined) aCommunity(community, 'community');
    const { entries } = await this.#store.read(community);
    return entries.map((entry) => (community === undefined ? entry : { ...entry, community }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #change(entries: readonly OverlayEntry[], kind: 'added' | 'removed'): Promise<void> {
    this.#throwIfClosed();
    const changes = await changesOf(entries, kind);
    this.#start();
    await this.#writer.write(changes);
    // They count here at once. Not to be told of a failure: the change is written, and the next look finds it.
    const held = changes.map(({ community }) =>
      community === undefined ? this.#site : this.#communities.get(community),
    );
    await this.#read(held.filter((list) => list !== undefined)).catch(() => false);
  }

  #heldOf(community: string): HeldList {
    const id = aCommunity(community, 'community');
    const held = this.#communities.get(id) ?? new HeldList(id);
    this.#communities.delete(id);
    this.#communities.set(id, held);
    if (this.#communities.size > this.#settings.maxCommunities) {
      const [oldest] = this.#communities.keys();
      this.#communities.delete(oldest as string);
    }
    return held;
  }

  #listsOf(held: readonly HeldList[]): OverlayLists {
    const lists = held.flatMap(({ phrases }) => phrases ?? []);
    return { lists, degraded: lists.length < held.length };
  }

  /** Reads lists for the first time. One that could not be read is asked for again in the background alone. */
  async #load(held: readonly HeldList[]): Promise<void> {
    const missing = held.filter(({ phrases }) => phrases === undefined);
    await Promise.all(
      missing.map(async (list) => {
        list.loading ??= this.#read([list]).then(
          () => undefined,
          (error: unknown) => list.refuse(error),
        );
        await list.loading;
      }),
    );
    const failure = missing.find(({ phrases }) => phrases === undefined)?.failure;
    if (failure !== undefined && this.#settings.onUnavailable === 'fail') throw failure;
  }

  /**
   * Reads lists anew and puts those that have changed in place.
   *
   * @returns whether all are as they were read: another reading may have come in between.
   */
  async #read(held: readonly HeldList[]): Promise<boolean> {
    let isSettled = true;
    for (let at = 0; at < held.length; at += LISTS_AT_ONCE) {
      const some = held.slice(at, at + LISTS_AT_ONCE);
      const versions = some.map(({ version }) => version);
      const values = await this.#store.readMany(some.map(({ community }) => community));
      for (const [index, list] of some.entries()) {
        try {
          const taken = await list.take(values[index], versions[index] as number);
          if (taken === 'changed') this.#tell('loaded', list.community);
          if (taken === 'overtaken') isSettled = false;
        } catch (error) {
          list.refuse(error);
        }
      }
    }
    return isSettled;
  }

  /** Begins to look for changes. */
  #start(): void {
    if (this.#timer === undefined && !this.#closed) this.#lookLater();
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error: unknown) => this.#warn(error))
        .finally(() => {
          if (!this.#closed) this.#lookLater();
        });
    }, this.#settings.refreshMs);
    // A process that has nothing else to do may end.
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const all = [this.#site, ...this.#communities.values()];
    const revision = await this.#store.revision();
    const isFullLook = revision !== this.#revision || ++this.#looks % LOOKS === 0;
    const isSettled = await this.#read(isFullLook ? all : all.filter(({ failure }) => failure !== undefined));
    if (isSettled) this.#revision = revision;
    await this.#writer.watch();
    const failure = all.find((list) => list.failure !== undefined)?.failure;
    if (failure !== undefined) throw failure;
    this.#isWarned = false;
  }

  /** Warns the process once, until all is well again. */
  #warn(error: unknown): void {
    if (this.#isWarned || this.#closed) return;
    this.#isWarned = true;
    const { code, message } = toFault(error, 'VOCABULARY_UNAVAILABLE', 'Looking after the overlay');
    this.#tell('failed', undefined, code);
    process.emitWarning(`${message}. What was read last stays in use (${code})`, 'ToxicityGuardWarning');
  }

  #tell(event: OverlayMessage['event'], community: string | undefined, code: ErrorCode | null = null): void {
    reportOverlay({ event, prefix: this.#settings.prefix, community: community ?? null, code });
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new ToxicityGuardError('CLOSED', 'The overlay is closed');
  }
}
