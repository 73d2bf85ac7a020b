import { expect, it } from 'vitest';
import { read, rows, section } from '../../../test/markdown.js';
import { createProgram } from '../src/program.js';

const commandOf = (name: string) => createProgram().commands.find((command) => command.name() === name)!;
const partsOf = (name: string) => commandOf(name).commands.map((part) => part.name());

it('has the parts of `vocabulary` that the guide lists', () => {
  const table = section(read('docs/guide/vocabulary.md'), '## From the shell');
  const named = rows(table).flatMap(([first = '']) => /^`(\w+) ADDRESS/.exec(first)?.[1] ?? []);
  expect(named.sort()).toEqual(partsOf('vocabulary').sort());
});

it('has the parts of `words` and the exit codes that the README names', () => {
  const readme = read('packages/cli/README.md');
  const [, words = ''] = /`words` has (.*?), for\n/.exec(readme) ?? [];
  const named = Array.from(words.matchAll(/`(\w+)`/g), ([, name]) => name);
  expect(named.sort()).toEqual(partsOf('words').sort());

  let help = '';
  const program = createProgram().configureOutput({ writeOut: (text) => (help += text) });
  program.outputHelp();
  const codes = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), ([, code]) => code);
  expect(codes(section(readme, '## Exit codes'), /`(\d+)`/g)).toEqual(codes(help, /^ {2}(\d+) /gm));
});
