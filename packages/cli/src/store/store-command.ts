import { type KeyvLike, type StoreOptions, ToxicityGuardError } from '@toxicity-guard/core';
import { Command } from 'commander';
import { Interrupted } from '../interrupted.js';
import { readSeconds } from '../numbers.js';
import { type Progress, progressPrinter } from '../progress.js';
import { type Address, readAddress, withoutSecrets } from './address.js';
import { interruptible } from './interruptible.js';
import { openStore } from './open-store.js';

/** Connecting takes no longer than this, whatever a database may take to answer later. */
const CONNECT_MS = 10_000;
/** A connection that has not closed by then is left to the system. */
const CLOSE_MS = 2_000;

/** The options that every command on a store has. */
export interface StoreArguments {
  readonly collection: string;
  readonly namespace: string;
  readonly prefix: string;
  readonly timeout: number;
}

/** A store while a command works on it. */
export interface StoreAtWork {
  readonly keyv: KeyvLike;
  /** For the functions of core that work on it. */
  readonly options: StoreOptions;
  /** The address without its password. */
  readonly shown: string;
  /** Aborts at Ctrl-C; the store's calls fail then too. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A command on a store: its address, and how it is reached. */
export function storeCommand(name: string): Command {
  return new Command(name)
    .argument('<address>', 'mongodb://…, mongodb+srv://…, redis://…, rediss://… or sqlite://file')
    .option('--collection <name>', "MongoDB's collection, or SQLite's table", 'keyv')
    .option('--namespace <name>', 'the namespace of the Keyv that the servers make', 'keyv')
    .option('--prefix <text>', 'what every key begins with', 'toxicity-guard/')
    .option('--timeout <seconds>', 'how long the database may take to answer once', readSeconds, 30);
}

/**
 * Works on a store and closes it, whatever happens.
 *
 * @param goOn what to do when it was interrupted, as a sentence.
 */
export async function withStore(
  url: string,
  { collection, namespace, prefix, timeout }: StoreArguments,
  command: Command,
  goOn: string,
  work: (store: StoreAtWork) => Promise<void>,
): Promise<void> {
  const address = readAddress(url);
  // Not by an argument's parser: its error quotes the argument, and with it a password.
  if (address === undefined) {
    command.error(
      'error: The address begins with mongodb://, mongodb+srv://, redis://, rediss:// or sqlite://.',
    );
  }
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  // Once: the second Ctrl-C is the system's.
  process.once('SIGINT', onSignal);
  const { signal } = interrupt;
  const progress = endingProgress();
  const deadlineMs = timeout * 1000;
  try {
    const opening = openStore(address, {
      collection,
      namespace,
      deadlineMs: Math.min(CONNECT_MS, deadlineMs),
    });
    const store = await orAborted(opening, signal);
    try {
      await work({
        keyv: interruptible(store.keyv, signal),
        options: { prefix, deadlineMs },
        shown: address.shown,
        signal,
        onProgress: progress.show,
      });
    } finally {
      // Nobody waits for it: a connection that hangs must not keep back what is to be told.
      store.close().catch(() => {});
    }
  } catch (error) {
    if (signal.aborted) throw new Interrupted(`Stopped. ${goOn}`, { cause: error });
    throw told(error, address, goOn);
  } finally {
    process.off('SIGINT', onSignal);
    progress.end();
    setTimeout(() => process.exit(), CLOSE_MS).unref();
  }
}

/** A failure of the store with the database's own words, which core keeps to itself. */
function told(error: unknown, address: Address, goOn: string): unknown {
  if (!(error instanceof ToxicityGuardError) || error.code !== 'VOCABULARY_UNAVAILABLE') return error;
  const { cause, message } = error;
  const why = cause instanceof Error ? `failed: ${withoutSecrets(cause.message, address)}` : undefined;
  const [line = ''] = (why === undefined ? message : `${address.shown} ${why}`).split('\n', 1);
  return new ToxicityGuardError('VOCABULARY_UNAVAILABLE', `${line.slice(0, 500)}. ${goOn}`, { cause });
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return await Promise.race([work, aborted]);
}

/** Progress on standard error, and a line's end behind it where it was shown. */
function endingProgress(): { show: (progress: Progress) => void; end: () => void } {
  const print = progressPrinter(process.stderr);
  let isShown = false;
  return {
    show: (progress) => {
      isShown = true;
      print(progress);
    },
    end: () => {
      if (isShown && process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}
