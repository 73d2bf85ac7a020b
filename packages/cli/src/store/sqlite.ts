import { createRequire } from 'node:module';
import type { Address } from './address.js';
import type { OpenedAdapter, OpenOptions } from './open-store.js';

const PACKAGE = '@keyv/sqlite';

/** A file of SQLite, whose package needs a native addon: it is installed apart. */
export async function openSqlite(
  { url }: Address,
  { collection, deadlineMs }: OpenOptions,
): Promise<OpenedAdapter> {
  const { KeyvSqlite } = await loadAdapter();
  /** The adapter writes its rows one by one, and each is a transaction that waits for the disk. */
  class BulkSqlite extends KeyvSqlite {
    async setMany(entries: readonly { readonly key: string; readonly value: unknown }[]): Promise<void> {
      const rows = entries.map(({ key, value }) => [key, value]);
      await this.query(
        `INSERT INTO ${this.opts.table} (key, value)
         SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true
         ON CONFLICT(key) DO UPDATE SET value = excluded.value`,
        JSON.stringify(rows),
      );
    }
  }
  const adapter = new BulkSqlite({ uri: url, table: collection, busyTimeout: deadlineMs });
  // Any query waits until the file is open.
  return { adapter, connected: adapter.query('SELECT 1'), close: () => adapter.disconnect() };
}

async function loadAdapter(): Promise<typeof import('@keyv/sqlite')> {
  try {
    // First of all: where the addon is missing, an `import` of it rejects and ends the process besides.
    createRequire(import.meta.resolve(PACKAGE))('sqlite3');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const what =
      code === 'ERR_MODULE_NOT_FOUND'
        ? `the package ${PACKAGE}: npm install ${PACKAGE}@4.0.8`
        : 'the native addon of the package sqlite3, which cannot be loaded: npm rebuild sqlite3';
    throw new Error(`SQLite needs ${what}`, { cause });
  }
  return await import('@keyv/sqlite');
}
