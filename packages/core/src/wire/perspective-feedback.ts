import { createHash } from 'node:crypto';
import { aFunction, anInteger, type Check, checkOptions, fail } from '../check.js';
import { LABELS, type Label } from '../labels.js';
import type { KeyvLike } from '../vocabulary/keyv-like.js';
import { LABEL_OF_ATTRIBUTE } from './perspective-attributes.js';

/** Where what moderators think of comments is kept. See {@link PerspectiveOptions.feedback}. */
export interface FeedbackOptions {
  /** A `Keyv`, a `Map`, or an object with `get`, `set` and `delete`. It stays yours to close. */
  readonly store: KeyvLike;
  /** How long a comment is kept, in milliseconds. Default `7776000000`: 90 days. */
  readonly ttlMs?: number | undefined;
}

/** A store whose entries can be listed: a `Map`, or a `Keyv` over a store that can. */
export interface FeedbackSource {
  readonly iterator?: unknown;
  readonly [Symbol.iterator]?: unknown;
}

/** What is kept of a comment: its text, what is thought of it, and when that lapses, in milliseconds since 1970. */
interface Entry {
  readonly text: string;
  readonly labels: { readonly [L in Label]?: 0 | 1 };
  readonly until: number;
}

const PREFIX = 'perspective-feedback:';
const DAY = 86_400_000;
/** Scores at or over it say yes. */
const YES = 0.5;

/** The names under which Coral says what became of a comment: the label `toxic` where they have a score of 1. */
const VERDICTS: ReadonlyMap<string, 0 | 1> = new Map([
  ['APPROVED', 0],
  ['HIGHLIGHTED', 0],
  ['DELETED', 1],
]);

/** Whether feedback can have a score under this name, besides the attributes. */
export function isVerdict(name: string): boolean {
  return VERDICTS.has(name);
}

/** The check of the `feedback` option. */
export const someFeedback: Check<FeedbackOptions> = (value, path) => {
  const options = checkOptions<FeedbackOptions>(
    value,
    { store: aStore, ttlMs: anInteger(1) as Check<number> },
    path,
  );
  return options.store === undefined ? fail(`${path}.store`, 'be a store', undefined) : options;
};

function aStore(value: unknown, path: string): KeyvLike {
  if (typeof value !== 'object' || value === null) fail(path, 'be a store', value);
  for (const method of ['get', 'set', 'delete'] as const) {
    aFunction((value as Record<string, unknown>)[method], `${path}.${method}`);
  }
  return value as KeyvLike;
}

/** What scores of a suggestion say of the six labels. */
export function labelsOf(scores: Iterable<readonly [name: string, score: number]>): Entry['labels'] {
  const labels: { [L in Label]?: 0 | 1 } = {};
  for (const [name, score] of scores) {
    const verdict = VERDICTS.get(name);
    const label = verdict === undefined ? LABEL_OF_ATTRIBUTE.get(name) : 'toxic';
    if (label === undefined) continue;
    const yes = score >= YES;
    if (verdict === undefined) labels[label] = yes ? 1 : 0;
    else if (yes) labels[label] = verdict;
  }
  return labels;
}

/** Keeps what somebody thinks of a comment. What is said of the same text later counts instead. */
export class Feedback {
  readonly #store: KeyvLike;
  readonly #ttlMs: number;

  constructor({ store, ttlMs = 90 * DAY }: FeedbackOptions) {
    this.#store = store;
    this.#ttlMs = ttlMs;
  }

  /** @throws what the store throws, and an `Error` where it says that it failed. */
  async keep(text: string, labels: Entry['labels']): Promise<void> {
    if (Object.keys(labels).length === 0) return;
    const key = PREFIX + createHash('sha256').update(text).digest('base64url');
    const before = toEntry(await this.#store.get(key));
    const entry: Entry = {
      text,
      labels: { ...before?.labels, ...labels },
      until: Date.now() + this.#ttlMs,
    };
    if ((await this.#store.set(key, entry as never, this.#ttlMs)) === false) {
      throw new Error('The store did not keep the feedback');
    }
  }
}

/**
 * The feedback of a store as lines of CSV, of the form that `toxicity-guard calibrate` reads: the text, and 1, 0 or
 * nothing for each label. It holds the texts of comments.
 *
 * @param store the one that `feedback` was given; it must be able to list what it has, as a `Map` and most of
 *   Keyv's stores can.
 * @throws {TypeError} at its first line, where it cannot.
 * @example
 * const lines = Readable.from(feedbackCsv(new Keyv(new KeyvSqlite('sqlite://feedback.sqlite'))))
 * await pipeline(lines, createWriteStream('feedback.csv'))
 */
export async function* feedbackCsv(store: FeedbackSource): AsyncGenerator<string, void, undefined> {
  const entries = entriesOf(store);
  yield `text,${LABELS.join(',')}\n`;
  const now = Date.now();
  for await (const [key, value] of entries) {
    const entry = String(key).includes(PREFIX) ? toEntry(value) : undefined;
    // A `Map` knows no time to live.
    if (entry === undefined || entry.until <= now) continue;
    const { text, labels } = entry;
    const cells = LABELS.map((label) => labels[label] ?? '');
    yield `"${text.replaceAll('"', '""')}",${cells.join(',')}\n`;
  }
}

type Entries = AsyncIterable<[key: unknown, value: unknown]> | Iterable<[key: unknown, value: unknown]>;

function entriesOf(store: FeedbackSource): Entries {
  const { iterator } = store;
  // Keyv wants its own namespace here, which it adds itself where it is not told.
  if (typeof iterator === 'function') {
    return iterator.call(store, (store as { namespace?: unknown }).namespace) as Entries;
  }
  if (typeof store[Symbol.iterator] === 'function') return store as unknown as Entries;
  return fail('store', 'be a store that can list its entries', store);
}

function toEntry(value: unknown): Entry | undefined {
  const { text, labels, until } = (value ?? {}) as Partial<Entry>;
  const isEntry = typeof text === 'string' && typeof labels === 'object' && typeof until === 'number';
  return isEntry ? (value as Entry) : undefined;
}
