import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './start-server.js';

const rude = 'You are a stupid idiot and a pathetic loser.';
const kind = 'Thank you, that was a great help.';

describe('the moderation server', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  const post = (path: string, body: unknown, type = 'application/json'): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('scores what is being typed', async () => {
    const rudely = (await (await post('/scores', { text: rude })).json()) as {
      scores: Record<string, number>;
      spans: [number, number][];
    };
    expect(rudely).toMatchObject({ action: 'reject', scores: { toxic: expect.any(Number) } });
    expect(Object.keys(rudely.scores)).toHaveLength(6);
    const words = rudely.spans.map(([start, end]) => rude.slice(start, end));
    expect(words.join(' ')).toContain('idiot');
    const kindly = await (await post('/scores', { text: kind })).json();
    expect(kindly).toMatchObject({ action: 'allow', spans: [] });
  });

  it('stores a harmless comment and lists it', async () => {
    const response = await post('/comments', { comment: kind });
    expect(response.status).toBe(201);
    const stored = await response.json();
    expect(stored).toMatchObject({ comment: kind, flagged: false, id: expect.any(String) });
    const listed = await (await fetch(`${server.url}/comments`)).json();
    expect(listed).toContainEqual(stored);
  });

  it('refuses a rude one with a problem that does not repeat it', async () => {
    const response = await post('/comments', { comment: rude });
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const body = await response.text();
    expect(JSON.parse(body).errors).toContainEqual(
      expect.objectContaining({ pointer: '#/comment', labels: expect.arrayContaining(['toxic']) }),
    );
    expect(body).not.toContain('idiot');
    const listed = await (await fetch(`${server.url}/comments`)).text();
    expect(listed).not.toContain('idiot');
  });

  it.each([
    { name: 'broken JSON', path: '/comments', body: '{"comment": "hunter2', status: 400 },
    { name: 'no comment', path: '/comments', body: {}, status: 400 },
    { name: 'an empty comment', path: '/comments', body: { comment: '  ' }, status: 400 },
    { name: 'a comment that is no string', path: '/comments', body: { comment: 7 }, status: 400 },
    { name: 'a text that is no string', path: '/scores', body: { text: ['hunter2'] }, status: 400 },
    { name: 'an array', path: '/scores', body: [], status: 400 },
    { name: 'too large a body', path: '/scores', body: { text: 'a'.repeat(200_000) }, status: 413 },
    { name: 'an unknown path', path: '/nothing', body: {}, status: 404 },
  ])('answers $name with $status', async ({ path, body, status }) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    expect(text).not.toContain('hunter2');
  });

  it('takes JSON only', async () => {
    const response = await post('/comments', `comment=${encodeURIComponent(rude)}`, 'text/plain');
    expect(response.status).toBe(415);
  });

  it('serves its page with nothing from elsewhere allowed', async () => {
    const response = await fetch(server.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(await response.text()).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('logs no text', async () => {
    await post('/comments', { comment: rude });
    expect(server.log()).not.toContain('idiot');
    expect(server.log()).not.toContain('hunter2');
  });
});

describe('starting and stopping', () => {
  it.skipIf(process.platform === 'win32')('ends with 0 when asked to', async () => {
    const server = await startServer({ WORKERS_INITIAL: '1' });
    server.process.kill('SIGTERM');
    expect(await once(server.process, 'close')).toEqual([0, null]);
  });

  it.each([{ port: 'in use' }, { port: 'http' }, { port: '70000' }])(
    'says in a sentence that it cannot listen: $port',
    async ({ port }) => {
      const other = port === 'in use' ? await startServer({ WORKERS_INITIAL: '1' }) : undefined;
      const script = fileURLToPath(new URL('../server.mjs', import.meta.url));
      const PORT = other === undefined ? port : new URL(other.url).port;
      const env = { ...process.env, PORT, HOST: '127.0.0.1' };
      const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (chunk) => (stderr += chunk));
      const [code] = await once(child, 'close');
      await other?.stop();
      expect(code).toBe(1);
      expect(stderr).toMatch(
        other === undefined ? /^PORT is a number .*\.\n$/ : /^Port \d+ is in use\. .*\n$/,
      );
    },
  );
});
