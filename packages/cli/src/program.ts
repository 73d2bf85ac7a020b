import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { calibrateCommand } from './commands/calibrate.js';
import { evaluateCommand } from './commands/evaluate.js';
import { importKerasCommand } from './commands/import-keras.js';
import { scoreCommand } from './commands/score.js';
import { trainCommand } from './commands/train.js';
import { vocabularyCommand } from './commands/vocabulary.js';
import { wordsCommand } from './commands/words.js';

/** The whole command line, ready to parse. Throws a `CommanderError` instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('toxicity-guard')
    .description('Judges how toxic texts are, offline.')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'toxicity-guard:')) })
    .showHelpAfterError('Run it with --help to see how it is used.')
    .addHelpText(
      'after',
      `
Exit codes:
  0    all went well
  1    some lines could not be judged, or something failed at run time
  2    the command line is wrong
  130  Ctrl-C ended it`,
    );
  for (const command of [
    scoreCommand(),
    evaluateCommand(),
    calibrateCommand(),
    trainCommand(),
    importKerasCommand(),
    vocabularyCommand(),
    wordsCommand(),
  ]) {
    program.addCommand(command);
  }
  settle(program);
  return program;
}

/** Hands the program's settings down to all commands, also to those within commands. */
function settle(command: Command): void {
  command.exitOverride();
  for (const part of command.commands) settle(part.copyInheritedSettings(command));
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
