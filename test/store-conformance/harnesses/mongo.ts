import { KeyvMongo } from '@keyv/mongo';
import Keyv from 'keyv';
import type { StoreHarness } from '../harness.js';
import { Journal } from '../journal.js';
import { quickMongo } from '../quick-mongo.js';

let opened = 0;

/** A Keyv over a collection of its own. */
export function mongoHarness(url: string): StoreHarness {
  return {
    name: 'MongoDB',
    capabilities: { manyKeys: true },
    async open() {
      const collection = `store-conformance-${process.pid}-${++opened}`;
      const journal = new Journal();
      const other = new KeyvMongo({ url, collection });
      // One after the other: the server here cannot make an index twice at once.
      const { store } = await other.connect;
      const adapter = new KeyvMongo({ url, collection });
      const keyv = new Keyv({ store: journal.watch(adapter), namespace: 'toxic' });
      const neighbour = new Keyv({ store: other, namespace: 'toxicity' });
      await adapter.connect;
      const quick = await quickMongo(url, collection, 'toxic');
      return {
        keyv,
        journal,
        quick,
        neighbour,
        keys: async () => (await store.find().project({ key: 1 }).toArray()).map(({ key }) => key as string),
        async close() {
          await store.drop();
          await adapter.disconnect();
          await other.disconnect();
          await quick.disconnect();
        },
      };
    },
  };
}
