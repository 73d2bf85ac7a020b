import { KeyvMongo } from '@keyv/mongo';
import Keyv from 'keyv';

/**
 * A Keyv that writes the documents that `@keyv/mongo` writes, many at once: it has no `setMany`, so that Keyv sends
 * each by itself.
 */
export async function quickMongo(url: string, collection: string, namespace: string): Promise<Keyv> {
  const store = new QuickMongo({ url, collection });
  // Half of the time goes into the index of what lapses, which nothing does; the next connection makes it anew.
  await (await store.connect).store.dropIndex('expiresAt_1');
  return new Keyv({ store, namespace });
}

class QuickMongo extends KeyvMongo {
  async setMany(entries: readonly { readonly key: string; readonly value: unknown }[]): Promise<void> {
    const { store } = await this.connect;
    const documents = () => entries.map(({ key, value }) => ({ key, value, expiresAt: null }));
    try {
      await store.insertMany(documents(), { ordered: false });
    } catch {
      // Some were there.
      await store.deleteMany({ key: { $in: entries.map(({ key }) => key) } });
      await store.insertMany(documents(), { ordered: false });
    }
  }
}
