import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Contract, readContract } from './open-api.js';
import { getOnce, type RunningServer, startServer } from './start-server.js';

const rude = 'You are a stupid idiot and a pathetic loser.';
const kind = 'Thank you, that was a great help.';
const file = (path: string) => new URL(path, import.meta.url);

describe('the operations', { timeout: 90_000 }, () => {
  let server: RunningServer;
  let contract: Contract;

  beforeAll(async () => {
    const preloads = ['../operations/opentelemetry.mjs', 'opentelemetry-sdk.mjs'];
    server = await startServer({
      NODE_OPTIONS: preloads.map((path) => `--import=${file(path)}`).join(' '),
      WORKERS_INITIAL: '2',
      WORKERS_BEAT_MS: '100',
    });
    contract = await readContract(server.url);
  });
  afterAll(() => server?.stop());

  const ask = async (path: string) => await contract.hold(`GET ${path}`, await fetch(server.url + path));
  const post = (path: string, body: object): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  /** The samples of Prometheus's text format, by name and labels as they stand there. */
  const samples = async (): Promise<Map<string, number>> => {
    const text = (await ask('/metrics')) as string;
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/ (\S+)$/.exec(line)?.[1])]));
  };

  it('say whether the server lives and takes requests (C1)', async () => {
    expect(await ask('/health/live')).toEqual({ status: 'live' });
    expect(await ask('/health/ready')).toEqual({ status: 'ready' });
  });

  it('show what each worker does, at once and as it goes on (B5)', async () => {
    await vi.waitFor(async () => {
      expect(await ask('/workers')).toMatchObject({
        wanted: 2,
        stopping: false,
        model: expect.stringContaining('toxicity-guard'),
        workers: [1, 2].map((slot) => ({
          slot,
          state: 'ready',
          beat: { memory: expect.any(Number), requests: expect.any(Number) },
        })),
      });
    }, 10_000);
    const events = request(`${server.url}/workers/events`).end();
    const [response] = await once(events, 'response');
    expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
    let told = '';
    for await (const chunk of response) {
      told += chunk;
      if (told.split('\n\n').length > 2) break;
    }
    const views = told.split('\n\n', 2).map((event) => JSON.parse(event.replace(/^data: /, '')));
    for (const view of views) expect(view.workers).toHaveLength(2);
  });

  it('give Prometheus the figures of all workers together (C2)', async () => {
    const before = await samples();
    const texts = [kind, rude, rude];
    // On connections of their own, so that both workers get some.
    await Promise.all(
      Array.from({ length: 8 }, () => post('/predict', { texts }).then((answer) => answer.json())),
    );
    const after = await samples();
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown('moderation_decisions_total{action="allow"}')).toBe(8);
    expect(grown('moderation_decisions_total{action="reject"}')).toBe(16);
    expect(grown('moderation_labels_total{label="toxic"}')).toBe(16);
    expect(grown('moderation_judging_duration_seconds_count')).toBe(24);
    expect(grown('moderation_http_requests_total{route="/predict",method="POST",status="200"}')).toBe(8);
    expect(grown('moderation_http_request_duration_seconds_count{route="/predict"}')).toBe(8);
    expect(grown('moderation_word_lookups_total{cache="hit"}')).toBeGreaterThan(24);
    expect(after.get('moderation_word_lookups_total{cache="miss"}')).toBeGreaterThan(4);
    expect(after.get('moderation_workers{state="ready"}')).toBe(2);
    for (const worker of [1, 2]) {
      for (const name of [
        'queue_texts',
        'requests_under_way',
        'event_loop_delay_seconds',
        'resident_memory_bytes',
      ]) {
        expect(after.get(`moderation_worker_${name}{worker="${worker}"}`)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it.skipIf(process.platform === 'win32')('lose no count when a worker ends', async () => {
    const before = await samples();
    const { workers } = await server.workers();
    const [{ pid } = { pid: 0 }] = workers;
    process.kill(pid, 'SIGTERM');
    await vi.waitFor(async () => {
      const view = await server.workers();
      expect(view.workers.map((worker) => worker.pid)).not.toContain(pid);
      expect(view.workers.filter(({ state }) => state === 'ready')).toHaveLength(2);
    }, 60_000);
    const after = await samples();
    for (const [name, value] of before) {
      if (/_(total|count|bucket)\b/.test(name)) expect(after.get(name), name).toBeGreaterThanOrEqual(value);
    }
    expect(after.get('moderation_worker_exits_total{reason="asked"}')).toBe(1);
  });

  it('have a dashboard of metrics that are there, each of them', async () => {
    const dashboard = JSON.parse(readFileSync(file('../operations/grafana-dashboard.json'), 'utf8'));
    expect(dashboard).toMatchObject({ title: expect.any(String), schemaVersion: expect.any(Number) });
    const ids = dashboard.panels.map(({ id }: { id: number }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const expressions = dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
      targets.map(({ expr }) => expr),
    );
    const shown = new Set(
      expressions
        .join(' ')
        .match(/moderation_\w+/g)
        ?.map((name: string) => name.replace(/_(bucket|sum|count)$/, '')),
    );
    const text = (await ask('/metrics')) as string;
    const exported = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    expect([...shown].sort()).toEqual([...exported].sort());
  });

  it('tell OpenTelemetry by the diagnostics channels', async () => {
    expect((await post('/comments', { comment: kind })).status).toBe(201);
    await vi.waitFor(() => {
      const told = [...server.log().matchAll(/^OTEL (.*)$/gm)].map(([, line]) => JSON.parse(line as string));
      expect(told).toContainEqual({
        name: 'moderation.texts',
        attributes: { action: 'reject', model: expect.any(String) },
        count: expect.any(Number),
      });
      expect(told).toContainEqual({
        name: 'moderation.guard.duration',
        attributes: { action: 'allow', 'http.route': 'POST /comments' },
        count: 1,
      });
    }, 10_000);
  });

  it('write a log of JSON lines, without a text', async () => {
    await fetch(`${server.url}/predict?text=${encodeURIComponent(rude)}`);
    await fetch(`${server.url}/${encodeURIComponent(rude)}`);
    const entry = {
      msg: 'Answered',
      method: 'GET',
      route: '/predict',
      status: 200,
      worker: expect.any(Number),
    };
    await vi.waitFor(() => {
      const lines = server
        .log()
        .split('\n')
        .filter((line) => line.startsWith('{'));
      expect(lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining(entry));
    }, 10_000);
    expect(server.log()).not.toMatch(/idiot|great/);
  });

  it('answer in the words of the OpenAPI document', () => {
    const held = ['/health/live', '/health/ready', '/workers', '/metrics'].map((path) => `GET ${path} 200`);
    expect([...contract.held]).toEqual(expect.arrayContaining(held));
  });
});

describe('a server that starts', { timeout: 90_000 }, () => {
  it('takes no connection before it has a model, and is ready from the first on (C1)', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await once(probe.close(), 'close');
    const url = `http://127.0.0.1:${port}`;
    const starting = startServer({ PORT: String(port), WORKERS_INITIAL: '1' });
    const failures = new Set<string>();
    const first = await vi.waitFor(
      () =>
        getOnce(`${url}/health/ready`).catch((error) => {
          failures.add(error.code);
          throw error;
        }),
      { timeout: 60_000, interval: 20 },
    );
    expect([first.status, (await getOnce(`${url}/predict?text=hello`)).status]).toEqual([200, 200]);
    expect([...failures]).toEqual(['ECONNREFUSED']);
    await (await starting).stop();
  });
});
