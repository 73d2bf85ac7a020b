import type { Address } from './address.js';
import type { OpenedAdapter, OpenOptions } from './open-store.js';

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly ttl?: number;
}

/** A collection as `@keyv/mongo` keeps it, in which many documents are written by one command. */
export async function openMongo(
  { url }: Address,
  { collection, deadlineMs }: OpenOptions,
): Promise<OpenedAdapter> {
  const { KeyvMongo } = await import('@keyv/mongo');
  /** The adapter writes its documents one by one: 40,000 round trips. These are the same documents. */
  class BulkMongo extends KeyvMongo {
    async setMany(entries: readonly Entry[]): Promise<void> {
      const { store } = await this.connect;
      const writes = entries.map(({ key, value, ttl }) => {
        const expiresAt = ttl === undefined ? null : new Date(Date.now() + ttl);
        return {
          updateOne: {
            filter: { key: { $eq: key } },
            update: { $set: { key, value, expiresAt } },
            upsert: true,
          },
        };
      });
      await store.bulkWrite(writes, { ordered: false });
    }
  }
  const patience = { serverSelectionTimeoutMS: deadlineMs, connectTimeoutMS: deadlineMs };
  const adapter = new BulkMongo({ url, collection, ...patience });
  return { adapter, connected: adapter.connect, close: () => adapter.disconnect() };
}
