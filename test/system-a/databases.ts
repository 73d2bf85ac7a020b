import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushVocabulary, readVocabulary, useVersion, verifyVocabulary } from '@toxicity-guard/core';
import Keyv from 'keyv';
import { headerOf } from '../../packages/cli/src/vocabulary/dump-header.js';
import { gloveVocabulary } from '../../packages/cli/src/vocabulary/glove-vocabulary.js';
import { openDump } from '../../packages/cli/src/vocabulary/read-dump.js';
import { writeDump } from '../../packages/cli/src/vocabulary/write-dump.js';
import { runCommand } from '../run-program.js';
import { gloveFile, wordIndexFile } from './fixture.js';

/** The name under which the vocabulary is kept. */
export const VERSION = 'comments-1';
/** A database on a busy machine may take its time. */
export const PATIENT = { deadlineMs: 120_000 };

/** A database, what an operator does with it, and what empties it by other means than ours. */
export interface Database {
  /** As a server makes it. */
  readonly keyv: Keyv;
  /** Writes the fixture's vectors by its word index, and puts them in use. */
  push(): Promise<unknown>;
  /** Checks every entry. */
  verify(): Promise<unknown>;
  dump(file: string): Promise<unknown>;
  /** Writes a dump, and puts it in use. */
  restore(file: string): Promise<unknown>;
  drop(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** The memory of this process, which no command reaches: what the commands do is done here. */
export async function memory(): Promise<Database> {
  const map = new Map();
  const keyv = new Keyv({ store: map });
  return {
    keyv,
    async push() {
      const { signal } = new AbortController();
      const read = { wordIndex: wordIndexFile, onRead: () => {}, signal };
      const { description, entries } = await gloveVocabulary(gloveFile, read);
      await pushVocabulary(keyv, entries, { ...description, version: VERSION });
      await useVersion(keyv, VERSION);
    },
    verify: () => verifyVocabulary(keyv),
    async dump(file) {
      await writeDump(file, headerOf(await verifyVocabulary(keyv)), readVocabulary(keyv));
    },
    async restore(file) {
      const { header, entries } = await openDump(file);
      const { version, model, dimensions, encoding } = header;
      await pushVocabulary(keyv, entries, { version, model, dimensions, encoding });
      await useVersion(keyv, version);
    },
    drop: async () => map.clear(),
    close: async () => {},
  };
}

/** A collection of MongoDB, of its own. */
export async function mongo(url: string): Promise<Database> {
  const { KeyvMongo } = await import('@keyv/mongo');
  const collection = `system-a-${process.pid}`;
  const store = new KeyvMongo({ url, collection });
  await store.connect;
  return {
    keyv: new Keyv({ store }),
    ...commands(url, '--collection', collection),
    drop: async () => (await store.connect).store.drop(),
    close: () => store.disconnect(),
  };
}

/** A namespace of Redis, of its own. */
export async function redis(url: string): Promise<Database> {
  const { default: KeyvRedis } = await import('@keyv/redis');
  const namespace = `system-a-${process.pid}`;
  const keyv = new Keyv({ store: new KeyvRedis(url, { throwOnErrors: true }), namespace });
  return {
    keyv,
    ...commands(url, '--namespace', namespace),
    drop: () => keyv.clear(),
    close: () => keyv.disconnect(),
  };
}

/** A file of SQLite, of its own. */
export async function sqlite(): Promise<Database> {
  const { KeyvSqlite } = await import('@keyv/sqlite');
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-system-a-'));
  const uri = `sqlite://${join(folder, 'words.sqlite')}`;
  const store = new KeyvSqlite({ uri, busyTimeout: PATIENT.deadlineMs });
  return {
    keyv: new Keyv({ store }),
    ...commands(uri),
    drop: () => store.query('DELETE FROM keyv'),
    async close() {
      await store.disconnect();
      await rm(folder, { recursive: true });
    },
  };
}

/** By the command line. */
function commands(
  address: string,
  ...place: string[]
): Pick<Database, 'push' | 'verify' | 'dump' | 'restore'> {
  const patience = ['--timeout', String(PATIENT.deadlineMs / 1000)];
  const run = (part: string, ...args: string[]): Promise<string> =>
    runCommand(['vocabulary', part, address, ...args, ...place, ...patience], '');
  return {
    push: () => run('push', VERSION, '--from', gloveFile, '--word-index', wordIndexFile, '--use'),
    verify: () => run('verify'),
    dump: (file) => run('dump', '--out', file),
    restore: (file) => run('restore', '--in', file, '--use'),
  };
}
