import { pushVocabulary } from '@toxicity-guard/core';
import type { Command } from 'commander';
import { readCount } from '../numbers.js';
import { type StoreArguments, storeCommand, withStore } from '../store/store-command.js';
import { finish } from '../vocabulary/finish.js';
import { openDump } from '../vocabulary/read-dump.js';
import { readVersion } from '../vocabulary/version-argument.js';

interface Options extends StoreArguments {
  readonly in: string;
  readonly use: boolean;
  readonly concurrency: number;
}

const GO_ON = 'The same command goes on from there.';

/** `toxicity-guard vocabulary restore`: a dump in, a version in a store out. */
export function restoreCommand(): Command {
  return storeCommand('restore')
    .description('Write a dump into a database, of any kind, as a version beside others.')
    .argument('[version]', 'its name there (default: the one it had)', readVersion)
    .requiredOption('-i, --in <file>', 'the dump')
    .option('--use', 'put it in use when it is there', false)
    .option('--concurrency <number>', 'words that are written at once', readCount, 128)
    .addHelpText(
      'after',
      `
The whole dump is checked before anything is written. Interrupted, the same command goes on from there.

Example:
  $ toxicity-guard vocabulary restore redis://localhost:6379 --in vocabulary.jsonl.gz --use`,
    )
    .action(restore);
}

async function restore(
  address: string,
  version: string | undefined,
  { in: file, use, concurrency, ...store }: Options,
  command: Command,
): Promise<void> {
  await withStore(address, store, command, GO_ON, async ({ keyv, options, shown, signal, onProgress }) => {
    let checked = 0;
    const { header, entries } = await openDump(file);
    for await (const _ of entries) {
      signal.throwIfAborted();
      if (++checked % 1_000 === 0)
        onProgress({ stage: 'checking the dump', done: checked, total: header.words });
    }
    let resumed = 0;
    const { model, words, dimensions, encoding } = header;
    const about = { version: version ?? header.version, model, dimensions, encoding };
    const manifest = await pushVocabulary(keyv, (await openDump(file)).entries, about, {
      ...options,
      concurrency,
      signal,
      onProgress: (progress) => {
        resumed = progress.resumed;
        onProgress({ stage: 'writing words', done: progress.words, total: words });
      },
    });
    await finish({ keyv, options, shown, manifest, resumed, use, remarks: [] });
  });
}
