import type { KeyvLike } from '@toxicity-guard/core';
import Keyv from 'keyv';
import type { StoreHarness } from '../harness.js';
import { Journal } from '../journal.js';

const ONE_AT_A_TIME = 'it answers for one key at a time';

/** A Keyv over a Map, as `new Keyv()` makes it. */
export const memoryHarness: StoreHarness = {
  name: 'Keyv in memory',
  // Keyv asks a Map for one key after the other, which costs nothing.
  capabilities: { manyKeys: ONE_AT_A_TIME },
  open: () => openKeyv(undefined),
};

/** Two of a kind in one Map: the one's namespace is how the other's begins. */
export const namespacedHarness: StoreHarness = {
  name: 'a namespace beside another',
  capabilities: { manyKeys: ONE_AT_A_TIME },
  open: () => openKeyv('toxic'),
};

async function openKeyv(namespace: string | undefined) {
  const map = new Map<string, unknown>();
  const journal = new Journal();
  const keyv = new Keyv({ store: journal.watch(map), ...(namespace !== undefined && { namespace }) });
  return {
    keyv,
    journal,
    quick: keyv,
    neighbour: new Keyv({ store: map, namespace: `${namespace ?? 'keyv'}ity` }),
    keys: async () => [...map.keys()],
    close: async () => map.clear(),
  };
}

/** An object of three functions around something of the user's own, without Keyv. */
export const threeFunctionsHarness: StoreHarness = {
  name: 'three functions',
  capabilities: { manyKeys: ONE_AT_A_TIME },
  async open() {
    const rows = new Map<string, unknown>();
    const journal = new Journal();
    const later = () => new Promise((resolve) => setImmediate(resolve));
    const over = (prefix: string): KeyvLike => ({
      async get(key) {
        await later();
        return rows.get(prefix + key) ?? null;
      },
      async set(key: string, value: unknown) {
        await later();
        rows.set(prefix + key, structuredClone(value));
      },
      async delete(key) {
        await later();
        rows.delete(prefix + key);
      },
    });
    const keyv = journal.watch(over(''));
    return {
      keyv,
      journal,
      quick: keyv,
      neighbour: over('other/'),
      keys: async () => [...rows.keys()],
      close: async () => rows.clear(),
    };
  },
};
