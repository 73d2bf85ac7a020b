import type { Address } from './address.js';
import type { OpenedAdapter, OpenOptions } from './open-store.js';

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly ttl?: number;
}

const DUPLICATE_KEY = 11_000;

/** A collection as `@keyv/mongo` keeps it, in which many documents are written by one command. */
export async function openMongo(
  { url }: Address,
  { collection, deadlineMs }: OpenOptions,
): Promise<OpenedAdapter> {
  const { KeyvMongo } = await import('@keyv/mongo');
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  /** The adapter writes its documents one by one: 40,000 round trips. These are the same documents. */
  class BulkMongo extends KeyvMongo {
    async setMany(entries: readonly Entry[]): Promise<void> {
      const { store } = await this.connect;
      const documents = entries.map(({ key, value, ttl }) => ({
        key,
        value,
        expiresAt: ttl === undefined ? null : new Date(Date.now() + ttl),
      }));
      try {
        // Most words are new. Looking for each before it is written takes a server several times as long.
        await store.insertMany(
          documents.map((document) => ({ ...document })),
          { ordered: false },
        );
      } catch (error) {
        if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
        const replacements = documents.map((document) => ({
          updateOne: { filter: { key: document.key }, update: { $set: document }, upsert: true },
        }));
        await store.bulkWrite(replacements, { ordered: false });
      }
    }

    // It tells of a wrong address while it is being made, when nobody can listen: that would end the process.
    override emit(event: string, ...given: unknown[]): boolean {
      if (event === 'error') fail(given[0]);
      return this.listenerCount(event) > 0 && super.emit(event, ...given);
    }
  }
  const patience = { serverSelectionTimeoutMS: deadlineMs, connectTimeoutMS: deadlineMs };
  const adapter = new BulkMongo({ url, collection, ...patience });
  const connected = Promise.race([adapter.connect, failed]);
  return { adapter, connected, close: () => adapter.disconnect() };
}
