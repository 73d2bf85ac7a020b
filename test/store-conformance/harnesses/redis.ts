import KeyvRedis, { createClient } from '@keyv/redis';
import Keyv from 'keyv';
import type { StoreHarness } from '../harness.js';
import { Journal } from '../journal.js';

let opened = 0;

/** A Keyv with a namespace of its own. */
export function redisHarness(url: string): StoreHarness {
  return {
    name: 'Redis',
    capabilities: { manyKeys: true },
    async open() {
      const namespace = `store-conformance-${process.pid}-${++opened}`;
      const journal = new Journal();
      const adapter = new KeyvRedis(url);
      const other = new KeyvRedis(url);
      const keyv = new Keyv({ store: journal.watch(adapter), namespace });
      const neighbour = new Keyv({ store: other, namespace: `${namespace}b` });
      const client = createClient({ url });
      await client.connect();
      const keys = async () => {
        const found: string[] = [];
        for await (const some of client.scanIterator({ MATCH: `${namespace}*`, COUNT: 1_000 })) {
          found.push(...some);
        }
        return found;
      };
      return {
        keyv,
        journal,
        quick: keyv,
        neighbour,
        keys,
        async close() {
          const all = await keys();
          if (all.length > 0) await client.unlink(all);
          await client.close();
          await adapter.disconnect();
          await other.disconnect();
        },
      };
    },
  };
}
