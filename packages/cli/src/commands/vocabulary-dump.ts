import { readVocabulary } from '@toxicity-guard/core';
import type { Command } from 'commander';
import { type StoreArguments, storeCommand, withStore } from '../store/store-command.js';
import { describeManifest } from '../vocabulary/describe-manifest.js';
import { headerOf } from '../vocabulary/dump-header.js';
import { findVersion } from '../vocabulary/find-version.js';
import { readVersion } from '../vocabulary/version-argument.js';
import { writeDump } from '../vocabulary/write-dump.js';

interface Options extends StoreArguments {
  readonly out: string;
}

const GO_ON = 'No file has been written.';

/** `toxicity-guard vocabulary dump`: a version of a store in, a file out. */
export function dumpCommand(): Command {
  return storeCommand('dump')
    .description('Read a vocabulary, check every entry, and write it into a file.')
    .argument('[version]', 'its name (default: the one in use)', readVersion)
    .requiredOption('-o, --out <file>', 'where the dump goes, such as vocabulary.jsonl.gz')
    .addHelpText(
      'after',
      `
The file is gzip of JSON lines, with checksums. It has every number as it is, and can be restored into any database.

Example:
  $ toxicity-guard vocabulary dump mongodb://localhost/site --out vocabulary.jsonl.gz`,
    )
    .action(dump);
}

async function dump(
  address: string,
  version: string | undefined,
  { out, ...store }: Options,
  command: Command,
): Promise<void> {
  await withStore(address, store, command, GO_ON, async ({ keyv, options, onProgress }) => {
    const manifest = await findVersion(keyv, options, version);
    const entries = readVocabulary(keyv, {
      ...options,
      version: manifest.version,
      onProgress: (done) => onProgress({ stage: 'reading words', done, total: manifest.words }),
    });
    await writeDump(out, headerOf(manifest), entries);
    process.stdout.write(`The vocabulary ${manifest.version} is in ${out}: ${describeManifest(manifest)}.\n`);
  });
}
