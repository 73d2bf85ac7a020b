import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../src/settings/read-settings.mjs';
import { SETTINGS } from '../src/settings/table.mjs';

describe('the settings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'moderation-settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const withFile = (content: unknown, env = {}) => {
    const CONFIG_FILE = join(folder, 'config.json');
    writeFileSync(CONFIG_FILE, typeof content === 'string' ? content : JSON.stringify(content));
    return readSettings({ CONFIG_FILE, ...env });
  };

  it('have defaults', () => {
    expect(readSettings({})).toMatchObject({
      port: 3000,
      workers: { initial: 2, minimum: 2 },
      url: { hosts: [] },
    });
    expect(readSettings({ PORT: '' })).toEqual(readSettings({}));
  });

  it('start at 5, add 3 at a time, and have at most 50 where that is asked for (B3)', () => {
    const env = { WORKERS_INITIAL: '5', WORKERS_STEP: '3', WORKERS_MAXIMUM: '50' };
    expect(readSettings(env).workers).toMatchObject({ initial: 5, minimum: 2, maximum: 50, step: 3 });
    const workers = { initial: 5, step: 3, maximum: 50 };
    expect(withFile({ workers }).workers).toMatchObject({ initial: 5, minimum: 2, maximum: 50, step: 3 });
  });

  it('follow from each other where they are not set', () => {
    expect(readSettings({ WORKERS_INITIAL: '1' }).workers).toMatchObject({ initial: 1, minimum: 1 });
    expect(readSettings({ WORKERS_MAXIMUM: '1' }).workers).toMatchObject({
      initial: 1,
      minimum: 1,
      maximum: 1,
    });
    expect(readSettings({ WORKERS_MINIMUM: '200' }).workers).toMatchObject({ initial: 200, maximum: 200 });
  });

  it('of the environment count over those of the file', () => {
    const file = { port: 8080, url: { hosts: ['a.test'] } };
    expect(withFile(file, { PORT: '9090' })).toMatchObject({ port: 9090, url: { hosts: ['a.test'] } });
    expect(withFile(file, { URL_HOSTS: 'b.test, c.test:81' }).url.hosts).toEqual(['b.test', 'c.test:81']);
  });

  it.each([
    [{ PORT: 'http' }, 'PORT is a number from 0 to 65535.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is one of fatal, error, warn, info, debug, silent.'],
    [{ WORKERS_MINIMUM: '3', WORKERS_INITIAL: '2' }, 'WORKERS_INITIAL is at least WORKERS_MINIMUM.'],
    [{ WORKERS_MAXIMUM: '3', WORKERS_INITIAL: '4' }, 'WORKERS_INITIAL is at most WORKERS_MAXIMUM.'],
    [{ URL_PRIVATE_NETWORKS: '10.1' }, 'URL_PRIVATE_NETWORKS is a list of networks such as 10.1.0.0/16.'],
    [{ CONFIG_FILE: '/nowhere.json' }, 'CONFIG_FILE names /nowhere.json, which cannot be read (ENOENT).'],
  ])('that are wrong are named in a sentence: %j', (env, sentence) => {
    expect(() => readSettings(env)).toThrow(sentence);
  });

  it.each([
    [{ workers: { initial: 'five' } }, /^workers\.initial in .* is a number from 1 to 1000\.$/],
    [{ workers: 5 }, /^workers in .* is an object\.$/],
    [{ workers: { intial: 5 } }, /^workers\.intial in .* is not a setting\.$/],
    [{ thread: 5 }, /^thread in .* is not a setting\.$/],
    ['{"adminToken": "hunter2', /^CONFIG_FILE names .*, which is not a JSON object\.$/],
    [[], /^CONFIG_FILE names .*, which is not a JSON object\.$/],
  ])('that are wrong in the file are named in a sentence: %j', (content, sentence) => {
    expect(() => withFile(content)).toThrow(sentence);
  });

  it('are all in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const { variable, key, says } of SETTINGS) {
      expect(readme).toContain(`| \`${variable}\` | \`${key}\` |`);
      expect(readme).toContain(says);
    }
  });
});
