import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_TEXTS, TOXIC_TEXTS } from '../../../test/toxic-texts.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const preload = new URL('../../../test/listen-on-a-free-port.mjs', import.meta.url).href;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

describe("Nest's example", () => {
  let server: ChildProcess;
  let log = '';
  let url: string;

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [tsc], { cwd: file('..') });
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
    server = fork(file('../dist/main.js'), { execArgv: ['--import', preload], stdio: [...stdio] });
    for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (log += chunk));
    const ended = once(server, 'close').then(() => Promise.reject(new Error(`It ended:\n${log}`)));
    ended.catch(() => undefined);
    const [port] = await Promise.race([once(server, 'message'), ended]);
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => void server?.kill());

  const post = async (path: string, comment: string) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify({ comment }) });
    const type = response.headers.get('content-type');
    return { status: response.status, type, body: await response.json() };
  };

  it('has at most 40 lines, which `npm start` compiles and runs', () => {
    expect(readFileSync(file('../src/main.ts'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    const { scripts } = JSON.parse(readFileSync(file('../package.json'), 'utf8'));
    expect(scripts.start).toBe('tsc && node dist/main.js');
  });

  it('keeps clean comments and refuses toxic ones', async () => {
    for (const comment of CLEAN_TEXTS) {
      expect(await post('/comments', comment)).toMatchObject({ status: 201, body: { flagged: false } });
    }
    for (const { text, label } of TOXIC_TEXTS) {
      const { status, type, body } = await post('/comments', text);
      expect([status, type]).toEqual([422, 'application/problem+json; charset=utf-8']);
      expect(body).toMatchObject({
        errors: [{ pointer: '#/comment', labels: expect.arrayContaining([label]) }],
      });
    }
    expect(await (await fetch(`${url}/comments`)).json()).toEqual(CLEAN_TEXTS);
  });

  it('marks reports', async () => {
    for (const { text } of TOXIC_TEXTS) {
      expect(await post('/reports', text)).toMatchObject({ status: 201, body: { urgent: true } });
    }
    expect(await post('/reports', CLEAN_TEXTS[0])).toMatchObject({ body: { urgent: false } });
  });

  it('logs no text', () => {
    for (const { text } of TOXIC_TEXTS) expect(log).not.toContain(text);
  });

  it.skipIf(process.platform === 'win32')('ends when asked to', async () => {
    server.kill('SIGTERM');
    expect(await once(server, 'close')).toEqual([null, 'SIGTERM']);
    expect(log).toContain('Nest application successfully started');
  });
});
