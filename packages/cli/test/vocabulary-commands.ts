import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyvVocabulary, type VocabularyEntry } from '@toxicity-guard/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDump } from '../src/vocabulary/read-dump.js';
import { type CliResult, runCli, startCli } from './run-cli.js';
import type { TestDatabase } from './vocabulary-databases.js';

const WORDS = 2_500;
const DIMENSIONS = 8;
const LONG = { timeout: 300_000 };
const PATIENT = { deadlineMs: 60_000 };

const wordOf = (index: number): string => `word-${index}`;
const numberOf = (index: number, at: number): string => (((index * 31 + at * 7) % 199) / 100 - 1).toFixed(5);

/** What is to become of a word of the source. */
function entryOf(index: number): VocabularyEntry {
  const numbers = Array.from({ length: DIMENSIONS }, (_, at) =>
    index === 3 ? 0 : Number(numberOf(index, at)),
  );
  return { word: wordOf(index), index, vector: Float32Array.from(numbers) };
}

/** `toxicity-guard vocabulary` over one kind of database. The tests build on each other. */
export function vocabularyCommands(open: () => Promise<TestDatabase>): void {
  let folder: string;
  let database: TestDatabase;
  let source: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-vocabulary-'));
    database = await open();
    const [vectors, index] = [join(folder, 'vectors.txt'), join(folder, 'word_index.json')];
    source = ['--from', vectors, '--word-index', index];
    const words = Array.from({ length: WORDS }, (_, place) => place + 1);
    // The third word has no vector, and the order is another one than that of the index.
    const lines = words
      .filter((word) => word !== 3)
      .toReversed()
      .map(
        (word) =>
          `${wordOf(word)} ${Array.from({ length: DIMENSIONS }, (_, at) => numberOf(word, at)).join(' ')}\n`,
      );
    await writeFile(vectors, `${lines.join('')}unknown${' -0.0'.repeat(DIMENSIONS)}\n`);
    await writeFile(index, JSON.stringify(Object.fromEntries(words.map((word) => [wordOf(word), word]))));
  });

  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  /** Runs a part of the command on the database, or in another place of it. */
  const run = async (
    part: string,
    args: readonly string[] = [],
    place: readonly string[] = [],
  ): Promise<CliResult> => {
    const all = ['vocabulary', part, database.address, ...args, ...database.options, ...place];
    const result = await runCli(all);
    expect(result.stdout + result.stderr).not.toContain('s3cr');
    return result;
  };
  const ok = async (...args: Parameters<typeof run>): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).not.toContain('toxicity-guard:');
    expect(code).toBe(0);
    return stdout;
  };
  const failed = async (...args: Parameters<typeof run>): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    return stderr.slice(stderr.indexOf('toxicity-guard:'));
  };
  const what = `${WORDS} words of ${DIMENSIONS} numbers, float32, 0.1 MB, of the model vectors`;

  it('starts with nothing', LONG, async () => {
    expect(await ok('list')).toBe(`There is no vocabulary in ${database.shown}.\n`);
    expect(await failed('verify')).toBe(
      'toxicity-guard: No vocabulary is in use: name one (VOCABULARY_MISMATCH)\n',
    );
    expect(await failed('dump', ['none', '--out', join(folder, 'none.gz')])).toBe(
      'toxicity-guard: There is no vocabulary none (VOCABULARY_MISMATCH)\n',
    );
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('goes on behind a push that %s has ended', LONG, async (signal) => {
    // One word at a time, so that it does not end first.
    const slowly = ['--concurrency', '1'];
    const args = ['vocabulary', 'push', database.address, 'one', ...source, ...database.options, ...slowly];
    const child = startCli(args);
    await child.saw('writing words');
    child.kill(signal);
    const { code, stdout, stderr } = await child.ended;
    expect(stdout).toBe('');
    if (signal === 'SIGKILL') expect(code).toBeNull();
    else {
      expect(stderr).toContain('toxicity-guard: Stopped. The same command goes on from there.\n');
      expect(code).toBe(130);
    }
    expect(await ok('list')).toBe('one          not finished, or damaged\n');
    expect(await failed('use', ['one'])).toContain('has no manifest: its push was not finished');
  });

  it('pushes vectors by their index, and says what there is', LONG, async () => {
    const stdout = await ok('push', ['one', ...source]);
    expect(stdout.split('\n')).toEqual([
      `The vocabulary one is in ${database.shown}: ${what}.`,
      expect.stringMatching(/^Of its words, [12]000 were there already\.$/),
      `1 of ${WORDS} words have no vector in ${source[1]}, and zeros instead.`,
      'Lines that have a word that the index lacks, and were passed over: 1.',
      `To put it in use: toxicity-guard vocabulary use ${database.shown} one`,
      '',
    ]);
    expect(await ok('list')).toBe(`one          ${what}\n`);
    expect(await ok('use', ['one'])).toBe(`The vocabulary one is in use: ${what}.\n`);
    expect(await ok('list')).toBe(`one  in use  ${what}\n`);
    expect(await ok('verify')).toBe(`The vocabulary one is whole: ${what}.\n`);
  });

  it('writes what a server reads over the plain adapter', LONG, async () => {
    const vocabulary = keyvVocabulary(database.keyv, { mode: 'onDemand', ...PATIENT });
    const indexes = [1, 2, 3, 777, WORDS];
    const entries = await vocabulary.getMany([...indexes.map(wordOf), 'unknown']);
    await vocabulary.close();
    expect(entries).toEqual([...indexes.map(entryOf), undefined]);
  });

  it('dumps all that was pushed, by three runs, and restores the same to the bit', LONG, async () => {
    const [first, second] = [join(folder, 'first.gz'), join(folder, 'second.gz')];
    const elsewhere = ['--prefix', 'elsewhere/'];
    expect(await ok('dump', ['--out', first])).toBe(`The vocabulary one is in ${first}: ${what}.\n`);
    let words = 0;
    for await (const entry of (await openDump(first)).entries) expect(entry).toEqual(entryOf(++words));
    expect(words).toBe(WORDS);
    expect(await ok('restore', ['--in', first, '--use'], elsewhere)).toBe(
      `The vocabulary one is in ${database.shown}: ${what}.\nIt is in use.\n`,
    );
    expect(await ok('restore', ['--in', first], elsewhere)).toContain(
      `Of its words, ${WORDS} were there already.`,
    );
    await ok('dump', ['--out', second], elsewhere);
    expect((await readFile(second)).equals(await readFile(first))).toBe(true);
    expect(await ok('restore', ['two', '--in', first])).toContain('The vocabulary two is in');
  });

  it('refuses a damaged dump before it writes anything', LONG, async () => {
    const [whole, cut] = [join(folder, 'first.gz'), join(folder, 'cut.gz')];
    const bytes = await readFile(whole);
    await writeFile(cut, bytes.subarray(0, bytes.length - 100));
    const before = await ok('list');
    expect(await failed('restore', ['three', '--in', cut])).toBe(
      `toxicity-guard: ${cut} is damaged: it is no gzip of JSON lines, or truncated\n`,
    );
    expect(await ok('list')).toBe(before);
  });

  it('finds a damaged entry, and dumps no vocabulary that has one', LONG, async () => {
    const key = `toxicity-guard/one:w:${hash('sha256', wordOf(1_234), 'buffer').subarray(0, 16).toString('base64url')}`;
    const record = (await database.keyv.get(key)) as Buffer;
    record[record.length - 1] = 1 ^ (record.at(-1) as number);
    await database.keyv.set(key, record);
    expect(await failed('verify')).toMatch(
      /^toxicity-guard: The vocabulary one has .* \(VOCABULARY_MISMATCH\)\n$/,
    );
    const before = await readdir(folder);
    expect(await failed('dump', ['--out', join(folder, 'damaged.gz')])).toContain('VOCABULARY_MISMATCH');
    expect(await readdir(folder)).toEqual(before);
    // The other version has it still.
    expect(await ok('verify', ['two'])).toContain('is whole');
  });

  it('removes a version that is not in use, and nothing else', LONG, async () => {
    expect(await failed('remove', ['one'])).toContain('is in use: switch to another first');
    await ok('use', ['two']);
    await database.keyv.set('theirs', 'stays');
    expect(await ok('remove', ['one'])).toBe('The vocabulary one has been removed.\n');
    expect(await failed('remove', ['one'])).toContain('is not there');
    expect(await ok('list')).toBe(`two  in use  ${what}\n`);
    expect(await ok('verify')).toContain('two is whole');
    expect(await database.keyv.get('theirs')).toBe('stays');
  });
}
