import type { Keyv, KeyvStoreAdapter } from 'keyv';
import { type Address, withoutSecrets } from './address.js';
import { openMongo } from './mongo.js';
import { openRedis } from './redis.js';
import { openSqlite } from './sqlite.js';

/** How a database is opened. */
export interface OpenOptions {
  /** MongoDB's collection, or SQLite's table. */
  readonly collection: string;
  /** The namespace of the Keyv that a server makes. */
  readonly namespace: string;
  /** How long connecting may take, in milliseconds. */
  readonly deadlineMs: number;
}

/** An adapter before it is known whether its database answers. */
export interface OpenedAdapter {
  readonly adapter: KeyvStoreAdapter;
  /** Settles when the database has answered, or never. */
  readonly connected: Promise<unknown>;
  close(): Promise<unknown>;
}

/** A database that has answered. */
export interface OpenStore {
  readonly keyv: Keyv;
  close(): Promise<void>;
}

const OPENERS = { mongodb: openMongo, redis: openRedis, sqlite: openSqlite };

/** Connects to a database. The error does not hold the address's password. */
export async function openStore(address: Address, options: OpenOptions): Promise<OpenStore> {
  // Loaded late, as the adapters are: scoring needs none of them.
  const { Keyv } = await import('keyv');
  try {
    const { adapter, connected, close } = await OPENERS[address.kind](address, options);
    await orGivenUp(connected, adapter, options.deadlineMs);
    const keyv = new Keyv({ store: adapter, namespace: options.namespace, throwOnErrors: true });
    return { keyv, close: async () => void (await close()) };
  } catch (error) {
    throw new Error(`${address.shown} cannot be opened: ${withoutSecrets(messageOf(error), address)}`);
  }
}

/** What went wrong, also where several addresses of a host were tried. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  return error instanceof Error ? error.message || error.constructor.name : String(error);
}

/** MongoDB's adapter tells of a failure by an event alone, and waits for ever. */
async function orGivenUp(
  connected: Promise<unknown>,
  adapter: KeyvStoreAdapter,
  deadlineMs: number,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    // It stays: an error of a connection that breaks later would end the process where nobody listens.
    adapter.on?.('error', (error: unknown) => reject(error));
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs / 1000} s`)), deadlineMs);
  });
  failed.catch(() => {});
  try {
    await Promise.race([connected, failed]);
  } finally {
    clearTimeout(timer);
  }
}
