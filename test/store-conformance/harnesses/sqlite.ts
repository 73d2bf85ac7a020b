import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Keyv from 'keyv';
import type { StoreHarness } from '../harness.js';
import { Journal } from '../journal.js';

/** A Keyv over a file of its own. */
export const sqliteHarness: StoreHarness = {
  name: 'SQLite',
  capabilities: { manyKeys: true },
  async open() {
    // Not at the top: its native addon may be missing.
    const { KeyvSqlite } = await import('@keyv/sqlite');
    /** Writes many rows in one transaction: it has no `setMany`, so that each waits for the disk. */
    class QuickSqlite extends KeyvSqlite {
      async setMany(entries: readonly { readonly key: string; readonly value: unknown }[]): Promise<void> {
        const rows = `SELECT value ->> 'key', value ->> 'value' FROM json_each(?)`;
        await this.query(`INSERT OR REPLACE INTO keyv (key, value) ${rows}`, JSON.stringify(entries));
      }
    }
    const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-sqlite-'));
    const uri = `sqlite://${join(folder, 'words.sqlite')}`;
    const journal = new Journal();
    const adapter = new KeyvSqlite({ uri, busyTimeout: 20_000 });
    const other = new KeyvSqlite({ uri, busyTimeout: 20_000 });
    const writer = new QuickSqlite({ uri, busyTimeout: 20_000 });
    const keyv = new Keyv({ store: journal.watch(adapter), namespace: 'toxic' });
    const neighbour = new Keyv({ store: other, namespace: 'toxicity' });
    return {
      keyv,
      journal,
      quick: new Keyv({ store: writer, namespace: 'toxic' }),
      neighbour,
      keys: async () => {
        const rows: unknown = await other.query('SELECT key FROM keyv');
        return (rows as { key: string }[]).map(({ key }) => key);
      },
      async close() {
        await adapter.disconnect();
        await other.disconnect();
        await writer.disconnect();
        await rm(folder, { recursive: true });
      },
    };
  },
};
