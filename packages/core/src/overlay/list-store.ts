import { randomBytes } from 'node:crypto';
import { WrongArgument } from '../check.js';
import { isToxicityGuardError, ToxicityGuardError } from '../errors.js';
import { describe } from '../fault.js';
import type { Breaker } from '../vocabulary/breaker.js';
import type { KeyValues } from '../vocabulary/key-values.js';
import { digestOf } from '../vocabulary/keys.js';
import { checkEntries } from './change.js';
import type { OverlayEntry } from './entry.js';

const FORMAT = 'toxicity-guard-overlay';
const FORMAT_VERSION = 1;
/** Changes that a list remembers, so that a writer can tell whether another has overwritten its own. */
const MOST_CHANGES = 500;

/** A list as it is kept. */
export interface StoredList {
  /** What no other writing of it has: a change that is made again leaves the same last change, and another list. */
  readonly revision: string | undefined;
  /** The ids of the changes that have made it, the last one last. */
  readonly changes: readonly string[];
  /** Its entries, which do not name their community. */
  readonly entries: readonly OverlayEntry[];
}

/** The lists in a store, each under a key of its own; `undefined` is the id of the site's. */
export class ListStore {
  constructor(
    private readonly values: KeyValues,
    private readonly breaker: Pick<Breaker, 'run'>,
    private readonly prefix: string,
  ) {}

  /** What changes whenever a list has changed; `undefined` before the first change. */
  async revision(): Promise<unknown> {
    return await this.ask(() => this.values.get(this.revisionKey));
  }

  /** Tells every process that a list has changed. */
  async touch(): Promise<void> {
    await this.ask(() => this.values.set(this.revisionKey, newId()));
  }

  /** One list, not checked; `undefined` where there is none. */
  async readMany(communities: readonly (string | undefined)[]): Promise<unknown[]> {
    return await this.ask(() => this.values.getSurely(communities.map((community) => this.keyOf(community))));
  }

  /** @throws {ToxicityGuardError} `VOCABULARY_MISMATCH` where the list is damaged. */
  async read(community: string | undefined): Promise<StoredList> {
    const [value] = await this.readMany([community]);
    return await parseList(value, community);
  }

  async write(
    community: string | undefined,
    { changes, entries }: Omit<StoredList, 'revision'>,
  ): Promise<void> {
    const value = {
      format: FORMAT,
      formatVersion: FORMAT_VERSION,
      community: community ?? null,
      revision: newId(),
      changes: changes.slice(-MOST_CHANGES),
      entries,
    };
    await this.ask(() => this.values.set(this.keyOf(community), value));
  }

  private get revisionKey(): string {
    return `${this.prefix}overlay/revision`;
  }

  /** A community's id comes from a request: as a digest it reaches no other key. */
  private keyOf(community: string | undefined): string {
    return community === undefined
      ? `${this.prefix}overlay/site`
      : `${this.prefix}overlay/community/${digestOf(community).toString('base64url')}`;
  }

  private async ask<T>(work: () => Promise<T>): Promise<T> {
    return await this.breaker.run(async () => {
      try {
        return await work();
      } catch (error) {
        if (isToxicityGuardError(error)) throw error;
        // Without its cause: that of a value which cannot be parsed quotes the phrases in it.
        throw new ToxicityGuardError('VOCABULARY_UNAVAILABLE', `The overlay's store ${describe(error)}`);
      }
    });
  }
}

/** An id that no other change has. */
export function newId(): string {
  return randomBytes(9).toString('base64url');
}

/**
 * Checks a list as the store gave it; `undefined` is one without entries.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH`, naming what is wrong and no phrase.
 */
export async function parseList(value: unknown, community: string | undefined): Promise<StoredList> {
  if (value === undefined) return { revision: undefined, changes: [], entries: [] };
  const list = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { revision, changes } = list;
  const wrong = [
    ['format', list.format === FORMAT],
    ['formatVersion', list.formatVersion === FORMAT_VERSION],
    ['community', list.community === (community ?? null)],
    ['revision', typeof revision === 'string'],
    ['changes', Array.isArray(changes) && changes.every((change) => typeof change === 'string')],
  ].find(([, isRight]) => !isRight);
  if (wrong !== undefined) throw damaged(`has no proper \`${wrong[0]}\``);
  try {
    const entries = await checkEntries(list.entries, 'entries');
    return { revision: revision as string, changes: changes as string[], entries };
  } catch (error) {
    if (!(error instanceof WrongArgument)) throw error;
    throw damaged(`is damaged: expected \`${error.path}\` to ${error.expected}`);
  }
}

/** Refuses a list. */
export function damaged(why: string): ToxicityGuardError {
  return new ToxicityGuardError('VOCABULARY_MISMATCH', `A list of own words in the store ${why}`);
}
