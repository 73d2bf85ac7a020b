import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Keyv from 'keyv';

/** A database that holds nothing yet, and how the command and a server reach it. */
export interface TestDatabase {
  readonly address: string;
  /** As it may be shown. */
  readonly shown: string;
  /** What the command takes beside the address. */
  readonly options: readonly string[];
  /** As a server makes it, with the plain adapter. */
  readonly keyv: Keyv;
  /** Removes what was written, by other means than ours. */
  close(): Promise<void>;
}

/** A password, as an address has it. */
export const SECRET = 's3cr%2Fet';

let opened = 0;
const unique = (): string => `vocabulary-cli-${process.pid}-${++opened}`;

/** Keys with a namespace of their own. */
export async function redisDatabase(url: string): Promise<TestDatabase> {
  // A server without a password takes any.
  const address = url.includes('@') ? url : url.replace('//', `//default:${SECRET}@`);
  const { default: KeyvRedis } = await import('@keyv/redis');
  const namespace = unique();
  const store = new KeyvRedis(address, { throwOnErrors: true });
  const keyv = new Keyv({ store, namespace });
  return {
    address,
    shown: url.replace(/\/\/.*@/, '//'),
    options: ['--namespace', namespace],
    keyv,
    async close() {
      await keyv.clear();
      await keyv.disconnect();
    },
  };
}

/** A collection of its own. */
export async function mongoDatabase(address: string): Promise<TestDatabase> {
  const { KeyvMongo } = await import('@keyv/mongo');
  const collection = unique();
  const store = new KeyvMongo(address, { collection });
  await store.connect;
  const keyv = new Keyv({ store });
  return {
    address,
    shown: address.replace(/\/\/.*@/, '//'),
    // A busy machine may take its time.
    options: ['--collection', collection, '--timeout', '120'],
    keyv,
    async close() {
      await (await store.connect).store.drop();
      await keyv.disconnect();
    },
  };
}

/** A file of its own. */
export async function sqliteDatabase(): Promise<TestDatabase> {
  const { KeyvSqlite } = await import('@keyv/sqlite');
  const folder = await mkdtemp(join(tmpdir(), `toxicity-guard-${unique()}-`));
  const address = `sqlite://${join(folder, 'words.sqlite')}`;
  const keyv = new Keyv({ store: new KeyvSqlite({ uri: address, busyTimeout: 20_000 }) });
  return {
    address,
    shown: address,
    options: [],
    keyv,
    async close() {
      await keyv.disconnect();
      await rm(folder, { recursive: true });
    },
  };
}
