import { keyvOverlay, LABELS, type Label, type Overlay, type OverlayEntry } from '@toxicity-guard/core';
import { Command, Option } from 'commander';
import { type StoreArguments, storeCommand, withStore } from '../store/store-command.js';

interface Options extends StoreArguments {
  readonly label?: Label;
  readonly community?: string;
}

const GO_ON = 'Give the same command again.';
/** All that one may do to a phrase. */
const ANY: readonly Pick<OverlayEntry, 'action' | 'label'>[] = [
  { action: 'allow' },
  ...LABELS.map((label) => ({ action: 'deny', label }) as const),
];

/** `toxicity-guard words`: the words and phrases of a site's own, as keyvOverlay() reads them. */
export function wordsCommand(): Command {
  const command = new Command('words')
    .description("Change a site's own words in a database, as keyvOverlay() reads them.")
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Running servers take a change up within seconds. Change a list from one place at a time: of two changes at the same
moment one may be lost, which list shows.

Example:
  $ toxicity-guard words deny redis://localhost:6379 'crypto giveaway' --label insult
  $ toxicity-guard words allow redis://localhost:6379 'Scunthorpe United'
  $ toxicity-guard words list redis://localhost:6379`,
    );
  for (const part of [listCommand(), denyCommand(), allowCommand(), removeCommand()])
    command.addCommand(part);
  return command;
}

function denyCommand(): Command {
  return changeCommand('deny', 'Deny phrases: texts with them get a score of 1 for the label.')
    .addOption(new Option('--label <label>', 'the label that they get (default: toxic)').choices(LABELS))
    .action((address: string, phrases: readonly string[], { label, ...options }: Options, command: Command) =>
      add(address, phrases, { action: 'deny', label }, options, command),
    );
}

function allowCommand(): Command {
  return changeCommand('allow', 'Allow phrases: what else a text says is judged without them.').action(
    (address: string, phrases: readonly string[], options: Options, command: Command) =>
      add(address, phrases, { action: 'allow' }, options, command),
  );
}

function add(
  address: string,
  phrases: readonly string[],
  what: Pick<OverlayEntry, 'action' | 'label'>,
  { community, ...options }: Options,
  command: Command,
): Promise<void> {
  return withOverlay(address, options, command, async (overlay) => {
    await overlay.add(phrases.map((phrase) => ({ phrase, community, ...what })));
    process.stdout.write(`${count(phrases)} there now.\n`);
  });
}

function removeCommand(): Command {
  return changeCommand('remove', 'Remove phrases, denied or allowed.').action(
    (address: string, phrases: readonly string[], { community, ...options }: Options, command: Command) =>
      withOverlay(address, options, command, async (overlay) => {
        await overlay.remove(
          phrases.flatMap((phrase) => ANY.map((what) => ({ phrase, community, ...what }))),
        );
        process.stdout.write(`${count(phrases)} not there any more.\n`);
      }),
  );
}

function listCommand(): Command {
  return storeCommand('list')
    .description('List the phrases of the site, or of a community, as JSON lines.')
    .option('--community <id>', 'the phrases of this community')
    .action((address: string, options: Options, command: Command) =>
      withOverlay(address, options, command, async (overlay) => {
        for (const entry of await overlay.list(options.community)) {
          process.stdout.write(`${JSON.stringify(entry)}\n`);
        }
      }),
    );
}

function changeCommand(name: string, description: string): Command {
  return storeCommand(name)
    .description(description)
    .argument('<phrases...>', '1 to 16 words each; case, accents and disguises do not matter')
    .option('--community <id>', 'of this community alone (default: of the whole site)');
}

function count({ length }: readonly string[]): string {
  return length === 1 ? 'One phrase is' : `${length} phrases are`;
}

function withOverlay(
  address: string,
  options: StoreArguments,
  command: Command,
  work: (overlay: Overlay) => Promise<void>,
): Promise<void> {
  return withStore(address, options, command, GO_ON, async ({ keyv, options: store }) => {
    const overlay = keyvOverlay(keyv, store);
    try {
      await work(overlay);
    } finally {
      await overlay.close();
    }
  });
}
