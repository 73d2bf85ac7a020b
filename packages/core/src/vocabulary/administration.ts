import { anInteger, type Checks } from '../check.js';
import { Breaker } from './breaker.js';
import { KeyValues } from './key-values.js';
import { aPrefix, DEFAULT_PREFIX, VocabularyKeys } from './keys.js';
import type { KeyvLike } from './keyv-like.js';
import { aKeyv } from './keyv-vocabulary.js';
import type { StoreAccess } from './version-reader.js';

/** Options of what writes and looks after vocabularies in a store. */
export interface StoreOptions {
  /** What every key begins with. Default `'toxicity-guard/'`. */
  readonly prefix?: string | undefined;
  /** How long the store may take to answer once, in milliseconds. Default 30000. */
  readonly deadlineMs?: number | undefined;
}

export const STORE_CHECKS: Checks<StoreOptions> = { prefix: aPrefix, deadlineMs: anInteger(1, 2 ** 31 - 1) };

/** Access for a tool: each call has a deadline, and none is spared. */
export function accessFor(keyv: KeyvLike, { prefix, deadlineMs }: StoreOptions): StoreAccess {
  const neverOpens = { failures: Number.POSITIVE_INFINITY, resetMs: 0 };
  return {
    values: new KeyValues(aKeyv(keyv, 'keyv')),
    keys: new VocabularyKeys(prefix ?? DEFAULT_PREFIX),
    breaker: new Breaker(deadlineMs ?? 30_000, neverOpens, () => {}),
  };
}

/** The names of all versions, finished or not. */
export async function readVersions({ values, keys, breaker }: StoreAccess): Promise<string[]> {
  const versions = await breaker.run(() => values.get(keys.versions));
  return Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : [];
}
