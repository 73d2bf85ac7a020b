import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_TEXTS, TOXIC_TEXTS } from '../../../test/toxic-texts.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const preload = new URL('../../../test/listen-on-a-free-port.mjs', import.meta.url).href;

describe("Fastify's example", () => {
  let server: ChildProcess;
  let log = '';
  let url: string;

  beforeAll(async () => {
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
    server = fork(file('../server.mjs'), { execArgv: ['--import', preload], stdio: [...stdio] });
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

  it('has at most 40 lines, which `npm start` runs', () => {
    expect(readFileSync(file('../server.mjs'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect(JSON.parse(readFileSync(file('../package.json'), 'utf8')).scripts.start).toBe('node server.mjs');
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

  it('marks reports and does not look at events', async () => {
    for (const { text } of TOXIC_TEXTS) {
      expect(await post('/reports', text)).toMatchObject({ status: 200, body: { urgent: true } });
      expect(await post('/events', text)).toMatchObject({ status: 200, body: { received: true } });
    }
    expect(await post('/reports', CLEAN_TEXTS[0])).toMatchObject({ body: { urgent: false } });
  });

  it('logs no text', () => {
    for (const { text } of TOXIC_TEXTS) expect(log).not.toContain(text);
  });

  it.skipIf(process.platform === 'win32')('ends with 0 when asked to', async () => {
    server.kill('SIGTERM');
    expect(await once(server, 'close')).toEqual([0, null]);
    expect(log).toMatch(/^The example answers at http:\/\/\S+\n$/);
  });
});
