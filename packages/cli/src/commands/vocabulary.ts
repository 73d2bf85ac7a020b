import { Command } from 'commander';
import { dumpCommand } from './vocabulary-dump.js';
import { pushCommand } from './vocabulary-push.js';
import { restoreCommand } from './vocabulary-restore.js';
import { listCommand, removeCommand, useCommand, verifyCommand } from './vocabulary-versions.js';

/** `toxicity-guard vocabulary`: vocabularies in a database, each a version beside others. */
export function vocabularyCommand(): Command {
  const command = new Command('vocabulary')
    .description('Keep vocabularies in MongoDB, Redis or SQLite, as keyvVocabulary() reads them.')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
A database holds versions of a vocabulary beside each other, and says which one is in use. SQLite needs the package
@keyv/sqlite. No password of an address is ever shown.

Example:
  $ toxicity-guard vocabulary push redis://localhost:6379
  $ toxicity-guard vocabulary list redis://localhost:6379`,
    );
  for (const part of [
    pushCommand(),
    verifyCommand(),
    dumpCommand(),
    restoreCommand(),
    listCommand(),
    useCommand(),
    removeCommand(),
  ]) {
    command.addCommand(part);
  }
  return command;
}
