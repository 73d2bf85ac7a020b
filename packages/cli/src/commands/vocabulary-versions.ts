import { listVersions, removeVersion, useVersion, verifyVocabulary } from '@toxicity-guard/core';
import type { Command } from 'commander';
import { type StoreArguments, storeCommand, withStore } from '../store/store-command.js';
import { describeManifest } from '../vocabulary/describe-manifest.js';
import { findVersion } from '../vocabulary/find-version.js';
import { readVersion } from '../vocabulary/version-argument.js';

const NOTHING_CHANGED = 'Nothing has been changed.';
const GO_ON = 'The same command goes on from there.';

/** `toxicity-guard vocabulary verify`: every entry against its checksum. */
export function verifyCommand(): Command {
  return storeCommand('verify')
    .description('Read a vocabulary and check every entry; exit code 1 where one is damaged or missing.')
    .argument('[version]', 'its name (default: the one in use)', readVersion)
    .action(async (address: string, version: string | undefined, store: StoreArguments, command: Command) => {
      await withStore(address, store, command, NOTHING_CHANGED, async ({ keyv, options, onProgress }) => {
        const { version: name, words } = await findVersion(keyv, options, version);
        const manifest = await verifyVocabulary(keyv, {
          ...options,
          version: name,
          onProgress: (done) => onProgress({ stage: 'reading words', done, total: words }),
        });
        process.stdout.write(`The vocabulary ${name} is whole: ${describeManifest(manifest)}.\n`);
      });
    });
}

/** `toxicity-guard vocabulary list`: one line a version. */
export function listCommand(): Command {
  return storeCommand('list')
    .description('List the vocabularies of a database, and which one is in use.')
    .action(async (address: string, store: StoreArguments, command: Command) => {
      await withStore(address, store, command, NOTHING_CHANGED, async ({ keyv, options, shown }) => {
        const versions = await listVersions(keyv, options);
        const width = Math.max(0, ...versions.map(({ version }) => version.length));
        const lines = versions.map(({ version, inUse, manifest }) => {
          const what = manifest === null ? 'not finished, or damaged' : describeManifest(manifest);
          return `${version.padEnd(width)}  ${inUse ? 'in use' : '      '}  ${what}`;
        });
        process.stdout.write(`${lines.join('\n') || `There is no vocabulary in ${shown}.`}\n`);
      });
    });
}

/** `toxicity-guard vocabulary use`: which version classifiers take. */
export function useCommand(): Command {
  return storeCommand('use')
    .description('Check a vocabulary and put it in use: servers take it up without a restart.')
    .argument('<version>', 'its name', readVersion)
    .action(async (address: string, version: string, store: StoreArguments, command: Command) => {
      await withStore(address, store, command, NOTHING_CHANGED, async ({ keyv, options }) => {
        const manifest = await useVersion(keyv, version, options);
        process.stdout.write(`The vocabulary ${version} is in use: ${describeManifest(manifest)}.\n`);
      });
    });
}

/** `toxicity-guard vocabulary remove`: takes a version out, and nothing else. */
export function removeCommand(): Command {
  return storeCommand('remove')
    .description('Remove a vocabulary, finished or not, that is not in use.')
    .argument('<version>', 'its name', readVersion)
    .action(async (address: string, version: string, store: StoreArguments, command: Command) => {
      await withStore(address, store, command, GO_ON, async ({ keyv, options }) => {
        await removeVersion(keyv, version, options);
        process.stdout.write(`The vocabulary ${version} has been removed.\n`);
      });
    });
}
