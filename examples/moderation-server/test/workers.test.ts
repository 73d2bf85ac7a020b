import { once } from 'node:events';
import { rm, symlink } from 'node:fs/promises';
import { Agent, get, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Load, startLoad } from './load.js';
import { type ModelFolders, makeModelFolders } from './model-folders.js';
import { getOnce, type PoolView, type RunningServer, startServer, type WorkerView } from './start-server.js';

const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 60_000, interval: 100 });
const token = 'a token of this test';

describe.skipIf(process.platform === 'win32')('the workers', { timeout: 120_000 }, () => {
  let models: ModelFolders;
  let server: RunningServer;
  let load: Load;

  beforeAll(async () => {
    models = await makeModelFolders();
    const current = join(models.root, 'current');
    await symlink(join(import.meta.dirname, '../../../packages/core/model'), current);
    server = await startServer({
      NODE_OPTIONS: `--import=${new URL('grow-on-signal.mjs', import.meta.url)}`,
      LOG_LEVEL: 'warn',
      ADMIN_TOKEN: token,
      MODEL: current,
      WORKERS_INITIAL: '2',
      WORKERS_MINIMUM: '2',
      WORKERS_MAXIMUM: '5',
      WORKERS_STEP: '3',
      WORKERS_QUEUE: '20',
      // So busy that a loop is late may be any machine that runs tests; here it is the queue that decides.
      WORKERS_DELAY_MS: '100000',
      WORKERS_IDLE_MS: '3000',
      WORKERS_BEAT_MS: '200',
      WORKERS_HANG_MS: '5000',
      WORKERS_MEMORY_MB: '350',
      DRAIN_IDLE_MS: '1000',
      DRAIN_DEADLINE_MS: '5000',
    });
    load = startLoad(server.url, 4);
  });
  afterAll(async () => {
    await load?.stop();
    await server?.stop();
    await models?.remove();
  });

  const ready = (view: PoolView): readonly WorkerView[] =>
    view.workers.filter(({ state }) => state === 'ready');
  const haveReady = (count: number) =>
    until(async () => {
      const view = await server.workers();
      expect([view.wanted, ready(view).length, view.workers.length]).toEqual([count, count, count]);
      return view;
    });
  /** Some worker that beats, beside another: with the last one, the port would be closed. */
  const aWorker = () =>
    until(async () => {
      const [worker, other] = ready(await server.workers()).filter(({ beat }) => beat !== null);
      expect(other).toBeDefined();
      return worker as WorkerView;
    });
  const isGone = (pid: number) =>
    until(async () =>
      expect((await server.workers()).workers.map((worker) => worker.pid)).not.toContain(pid),
    );
  const keepsBusy = async (): Promise<Load> => {
    const heavy = startLoad(server.url, 8, { texts: Array(100).fill('What a long and busy day this is.') });
    await until(async () => expect((await server.workers()).wanted).toBe(5));
    return heavy;
  };
  const change = (body: object, bearer = token): Promise<Response> =>
    fetch(`${server.url}/admin/model`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
    });
  const modelInUse = async () => (await server.workers()).model;

  describe('refuse no request (B3, C3)', () => {
    it('while the queue makes them more, by the step and up to the maximum', async () => {
      expect((await server.workers()).wanted).toBe(2);
      const heavy = await keepsBusy();
      await haveReady(5);
      await heavy.stop();
      expect(heavy.failures).toEqual([]);
      expect(load.failures).toEqual([]);
    });

    it('while a new model is taken, by an admin’s call and by SIGHUP', async () => {
      const before = await modelInUse();
      const answer = await change({ model: models.good });
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { model: expect.stringContaining('@another+') },
      ]);
      await until(async () => {
        const { workers } = await server.workers();
        for (const { beat } of workers) expect(beat?.model).toContain('@another+');
      });
      // What the settings name counts again, wherever the link leads by now.
      server.process.kill('SIGHUP');
      await until(async () => expect(await modelInUse()).toBe(before));
      await rm(join(models.root, 'current'));
      await symlink(models.good, join(models.root, 'current'));
      server.process.kill('SIGHUP');
      await until(async () => expect(await modelInUse()).toContain('@another+'));
      expect(load.failures).toEqual([]);
    });

    it('while a bad model is tried, which leaves the old one', async () => {
      const before = await modelInUse();
      const blind = await change({ model: models.blind });
      expect(blind.status).toBe(409);
      expect(await blind.text()).toContain('The model fails its self-test: text 3 scores 0.000 for toxic');
      const broken = await change({ model: models.broken });
      expect([broken.status, await broken.text()]).toEqual([409, expect.stringContaining('is cut off')]);
      expect((await change({ model: '/nowhere' })).status).toBe(409);
      expect((await change({ model: models.blind }, 'a wrong token')).status).toBe(401);
      expect(await modelInUse()).toBe(before);
      for (const { beat } of (await server.workers()).workers)
        expect([undefined, before]).toContain(beat?.model);
      expect(load.failures).toEqual([]);
    });

    it('while one that hung for a while is replaced', async () => {
      const { pid } = await aWorker();
      process.kill(pid, 'SIGSTOP');
      await until(async () => {
        expect((await server.workers()).workers).toContainEqual(
          expect.objectContaining({ pid, state: 'hung' }),
        );
      });
      process.kill(pid, 'SIGCONT');
      await isGone(pid);
      expect(load.failures).toEqual([]);
    });

    it('while one that outgrew its memory is replaced', async () => {
      const { pid } = await aWorker();
      process.kill(pid, 'SIGUSR2');
      await isGone(pid);
      expect(server.log()).toMatch(/"reason":"memory","msg":"A worker has ended"/);
      expect(load.failures).toEqual([]);
    });

    it('while one is told to end by somebody else', async () => {
      const { pid } = await aWorker();
      process.kill(pid, 'SIGTERM');
      await isGone(pid);
      expect(load.failures).toEqual([]);
    });

    it('while low load makes them fewer, down to the minimum', async () => {
      await haveReady(2);
      const answered = load.answered();
      await until(() => expect(load.answered()).toBeGreaterThan(answered));
      expect(load.failures).toEqual([]);
    });
  });

  it('that hang for good are ended, and others answer meanwhile', async () => {
    await load.stop();
    const { pid } = await aWorker();
    process.kill(pid, 'SIGSTOP');
    await isGone(pid);
    expect(server.log()).toMatch(/"reason":"hang","msg":"A worker has ended"/);
    const { status } = await getOnce(`${server.url}/predict?text=hello`);
    expect(status).toBe(200);
  });

  it('that die are replaced', async () => {
    const { pid } = await aWorker();
    process.kill(pid, 'SIGKILL');
    await isGone(pid);
    expect(server.log()).toMatch(/"reason":"crash","msg":"A worker has ended"/);
    expect((await aWorker()).pid).not.toBe(pid);
  });
});

describe.skipIf(process.platform === 'win32')(
  'a server that is told to stop (C1, C3)',
  { timeout: 90_000 },
  () => {
    it('says so, finishes what is under way, and closes kept connections with their next answer', async () => {
      const server = await startServer({
        WORKERS_INITIAL: '1',
        DRAIN_DELAY_MS: '3000',
        DRAIN_IDLE_MS: '30000',
        DRAIN_DEADLINE_MS: '30000',
      });
      const ended = once(server.process, 'close');
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ask = async () => {
        const [response] = await once(get(`${server.url}/predict?text=hello`, { agent }), 'response');
        return {
          status: response.statusCode,
          connection: response.headers.connection,
          body: await text(response),
        };
      };
      expect(await ask()).toMatchObject({ status: 200, connection: 'keep-alive' });

      const upload = request(`${server.url}/predict/file`, {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/form-data; boundary=here' },
      });
      upload.write(
        '--here\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nfirst line\n',
      );
      // A multipart parser may keep what could be the beginning of the boundary.
      upload.write('and the next\n'.repeat(20));
      const [response] = await once(upload, 'response');

      server.process.kill('SIGTERM');
      await vi.waitFor(
        async () => expect((await getOnce(`${server.url}/health/ready`)).status).toBe(503),
        10_000,
      );
      expect((await getOnce(`${server.url}/predict?text=hello`)).status).toBe(200);
      await vi.waitFor(() => expect(getOnce(server.url)).rejects.toThrow('ECONNREFUSED'), 10_000);

      expect(await ask()).toMatchObject({ status: 200, connection: 'close' });
      upload.end('the last line\n\r\n--here--\r\n');
      const lines = (await text(response)).trimEnd().split('\n');
      expect(JSON.parse(lines.at(-1) as string)).toMatchObject({
        number: 22,
        prediction: { action: 'allow' },
      });
      expect(await ended).toEqual([0, null]);
    });
  },
);
