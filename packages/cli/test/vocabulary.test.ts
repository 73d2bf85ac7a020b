import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { runCli } from './run-cli.js';
import { vocabularyCommands } from './vocabulary-commands.js';
import { mongoDatabase, redisDatabase, SECRET, sqliteDatabase } from './vocabulary-databases.js';

const home = fileURLToPath(new URL('..', import.meta.url));

/** A port on which somebody accepts and says nothing, or on which nobody is. */
async function portOf(isOpen: boolean): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise((resolve) => server.close(resolve));
  if (isOpen) onTestFinished(close as () => Promise<void>);
  else await close();
  return port;
}

describe('toxicity-guard vocabulary', { timeout: 120_000 }, () => {
  it.each([
    { args: [], says: 'Usage: toxicity-guard vocabulary' },
    { args: ['pull'], says: "unknown command 'pull'" },
    { args: ['push'], says: "missing required argument 'address'" },
    {
      args: ['push', `http://me:${SECRET}@localhost`],
      says: 'The address begins with mongodb://, mongodb+srv://',
    },
    { args: ['push', 'sqlite://'], says: 'The address begins with' },
    { args: ['push', 'sqlite://x', 'a b'], says: 'A version is 1 to 100 letters' },
    { args: ['push', 'sqlite://x', '--words', '0', '--from', 'x'], says: 'a whole number of 1 or more' },
    { args: ['push', 'sqlite://x', '--words', '9'], says: '--word-index and --words go with --from' },
    {
      args: ['push', 'sqlite://x', '--from', 'x', '--model', 'y'],
      says: '--model and --from exclude each other',
    },
    { args: ['push', 'sqlite://x', '--timeout', '0'], says: 'a number of seconds' },
    { args: ['dump', 'sqlite://x'], says: "required option '-o, --out <file>' not specified" },
    { args: ['restore', 'sqlite://x'], says: "required option '-i, --in <file>' not specified" },
    { args: ['use', 'sqlite://x'], says: "missing required argument 'version'" },
    { args: ['remove', 'sqlite://x'], says: "missing required argument 'version'" },
  ])('refuses $args with 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await runCli(['vocabulary', ...args]);
    expect(stdout).toBe('');
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('cr%2Fet');
    expect(code).toBe(2);
  });

  it.each(['push', 'dump', 'restore'])('%s has a help with an example', async (part) => {
    const { code, stdout } = await runCli(['vocabulary', part, '--help']);
    expect(stdout).toContain(`$ toxicity-guard vocabulary ${part} `);
    expect(code).toBe(0);
  });

  const schemes = ['mongodb', 'redis'] as const;
  it.each(schemes)('says that %s is not there, and no password', async (scheme) => {
    const place = `127.0.0.1:${await portOf(false)}`;
    const args = ['list', `${scheme}://me:${SECRET}@${place}`, '--timeout', '2'];
    const { code, stdout, stderr } = await runCli(['vocabulary', ...args]);
    expect(stderr).toBe(
      `toxicity-guard: ${scheme}://${place} cannot be opened: connect ECONNREFUSED ${place}\n`,
    );
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  it.each(schemes)('gives up a %s that does not answer', async (scheme) => {
    const place = `127.0.0.1:${await portOf(true)}`;
    const args = ['list', `${scheme}://${place}`, '--timeout', '1'];
    const { code, stderr } = await runCli(['vocabulary', ...args]);
    expect(stderr).toMatch(new RegExp(`^toxicity-guard: ${scheme}://${place} cannot be opened: .+\n$`));
    expect(code).toBe(1);
  });

  it.each([
    `mongodb://me:s3cr/et@127.0.0.1:1`,
    `mongodb+srv://me:${SECRET}@127.0.0.1:1`,
    `mongodb://me:${SECRET}@127.0.0.1:1/?secret=s3cret`,
    `redis://me:${SECRET}@127.0.0.1:1/no/number`,
    `redis://me:s3cr/et@127.0.0.1:1`,
  ])('refuses the address %s in one line, without its password', async (address) => {
    const { code, stdout, stderr } = await runCli(['vocabulary', 'list', address, '--timeout', '1']);
    expect(stderr).toMatch(/^toxicity-guard: [a-z+]+:\/\/127\.0\.0\.1:1\S* cannot be opened: .+\n$/);
    expect(stderr).not.toMatch(/s3cr|cr%2Fet|cr\/et/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  it('says how to get SQLite where it is not installed, or without its addon', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-no-sqlite-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const alone = join(folder, 'cli');
    for (const part of ['bin', 'dist', 'package.json']) {
      await cp(join(home, part), join(alone, part), { recursive: true });
    }
    const installed = (name: string) => join(folder, 'node_modules', name);
    for (const scope of ['@toxicity-guard', '@keyv']) await mkdir(installed(scope), { recursive: true });
    const link = (name: string, to: string) => symlink(to, installed(name), 'junction');
    await link('commander', join(home, 'node_modules', 'commander'));
    await link('keyv', join(home, 'node_modules', 'keyv'));
    await link('@toxicity-guard/core', join(home, '..', 'core'));
    const says = async (sentence: string) =>
      expect(await runCli(['vocabulary', 'list', 'sqlite://x'], [], alone)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: `toxicity-guard: sqlite://x cannot be opened: SQLite needs ${sentence}\n`,
      });
    await says('the package @keyv/sqlite: npm install @keyv/sqlite@4.0.8');

    const adapter = await realpath(join(home, 'node_modules', '@keyv', 'sqlite'));
    const sqlite3 = await realpath(join(adapter, '..', '..', 'sqlite3'));
    await cp(join(adapter, 'dist'), join(installed('@keyv/sqlite'), 'dist'), { recursive: true });
    await cp(join(adapter, 'package.json'), join(installed('@keyv/sqlite'), 'package.json'));
    await cp(join(sqlite3, 'lib'), join(installed('sqlite3'), 'lib'), { recursive: true });
    await cp(join(sqlite3, 'package.json'), join(installed('sqlite3'), 'package.json'));
    await link('bindings', await realpath(join(sqlite3, '..', 'bindings')));
    await says('the native addon of the package sqlite3, which cannot be loaded: npm rebuild sqlite3');
  });
});

describeWith('redis', 'toxicity-guard vocabulary in Redis', (url) => {
  vocabularyCommands(() => redisDatabase(url));

  it('tells what the server says, and no password', async () => {
    const address = url.replace('//', `//me:${SECRET}@`);
    const { code, stderr } = await runCli(['vocabulary', 'list', address]);
    expect(stderr).toContain(`${url} cannot be opened: WRONGPASS`);
    expect(stderr).not.toContain('s3cr');
    expect(code).toBe(1);
  });
});
describeWith('mongo', 'toxicity-guard vocabulary in MongoDB', (url) => {
  vocabularyCommands(() => mongoDatabase(url));

  it('tells what the server says, and no password', async () => {
    const address = url.replace('//', `//me:${SECRET}@`);
    const { code, stderr } = await runCli(['vocabulary', 'list', address]);
    expect(stderr).toMatch(/^toxicity-guard: .* cannot be opened: .+\n$/);
    expect(stderr).toContain(`toxicity-guard: ${url} cannot be opened: `);
    expect(stderr).not.toContain('s3cr');
    expect(code).toBe(1);
  });
});
describeWith('sqlite', 'toxicity-guard vocabulary in SQLite', () => vocabularyCommands(sqliteDatabase));
