import { createClassifier, keyvOverlay } from '@toxicity-guard/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { runCli } from './run-cli.js';
import { redisDatabase, sqliteDatabase, type TestDatabase } from './vocabulary-databases.js';

const LONG = { timeout: 120_000 };

describe('toxicity-guard words', LONG, () => {
  it.each([
    { args: [], says: 'Usage: toxicity-guard words' },
    { args: ['deny', 'sqlite://x'], says: "missing required argument 'phrases'" },
    { args: ['allow', 'nowhere', 'frobnicate'], says: 'The address begins with mongodb://' },
    {
      args: ['deny', 'sqlite://x', 'frobnicate', '--label', 'rude'],
      says: 'Allowed choices are toxic, severe_toxic',
    },
    { args: ['allow', 'sqlite://x', 'frobnicate', '--label', 'toxic'], says: "unknown option '--label'" },
  ])('refuses $args with 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await runCli(['words', ...args]);
    expect(stdout).toBe('');
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});

/** The words of a site, changed by the command and heeded by a server. The tests build on each other. */
function wordsCommands(open: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  const run = (part: string, ...args: string[]) =>
    runCli(['words', part, database.address, ...args, ...database.options]);

  it('denies, allows and lists phrases of the site and of a community', LONG, async () => {
    const added = await run('deny', 'frobnicate them', 'grault', '--label', 'threat');
    expect(added).toMatchObject({ code: 0, stderr: '', stdout: '2 phrases are there now.\n' });
    expect(await run('allow', 'Grault Fair', '--community', 'fairs')).toMatchObject({
      code: 0,
      stderr: '',
    });
    const listed = await run('list');
    expect(listed.stdout).toBe(
      '{"phrase":"frobnicate them","action":"deny","label":"threat"}\n{"phrase":"grault","action":"deny","label":"threat"}\n',
    );
    expect((await run('list', '--community', 'fairs')).stdout).toBe(
      '{"phrase":"Grault Fair","action":"allow","community":"fairs"}\n',
    );
  });

  it('is heeded by a server', LONG, async () => {
    const overlay = keyvOverlay(database.keyv, { deadlineMs: 60_000 });
    const classifier = createClassifier({ overlay });
    const threat = async (text: string, community: string) =>
      (await classifier.classify(text, { community })).scores.threat;
    expect(await threat('Let us Frobnicate them', 'films')).toBe(1);
    expect(await threat('See you at Grault Fair', 'films')).toBe(1);
    expect(await threat('See you at Grault Fair', 'fairs')).toBeLessThan(1);
    await classifier.close();
    await overlay.close();
  });

  it('removes phrases, in whatever case', LONG, async () => {
    const removed = await run('remove', 'GRAULT');
    expect(removed).toMatchObject({ code: 0, stderr: '', stdout: 'One phrase is not there any more.\n' });
    expect((await run('list')).stdout).toBe(
      '{"phrase":"frobnicate them","action":"deny","label":"threat"}\n',
    );
    expect((await run('list', '--community', 'fairs')).stdout).toContain('Grault Fair');
    await run('remove', 'grault fair', '--community', 'fairs');
    expect((await run('list', '--community', 'fairs')).stdout).toBe('');
  });

  it('refuses a wrong phrase, and shows none', LONG, async () => {
    const { code, stderr } = await run('deny', 'xyzzy '.repeat(17));
    expect(stderr).toBe('toxicity-guard: Expected `entries[0].phrase` to have 1 to 16 words, got 17\n');
    expect(code).toBe(1);
  });
}

describeWith('redis', 'toxicity-guard words in Redis', (url) => wordsCommands(() => redisDatabase(url)));
describeWith('sqlite', 'toxicity-guard words in SQLite', () => wordsCommands(sqliteDatabase));
