import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { CLEAN_TEXTS, TOXIC_TEXTS } from '../../../test/toxic-texts.js';
import { type ModelFolders, makeModelFolders } from '../../moderation-server/test/model-folders.js';
import { rejudgeQueue } from '../src/queues.mjs';
import { type Namespace, openNamespace } from './namespace.js';
import { type Program, readyWorkers, startProgram } from './programs.js';

const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 60_000, interval: 50 });
const texts = [...CLEAN_TEXTS, ...TOXIC_TEXTS.map(({ text }) => text)];
const comments = Array.from({ length: 3000 }, (_, at) => ({
  id: `comment:${at}`,
  text: `${texts[at % texts.length]} That was number ${at}.`,
}));

interface Summary {
  readonly model: string;
  readonly read: number;
  readonly known: number;
  readonly judged: number;
  readonly judgedNow: number;
  readonly deadLetters: number;
}

describeWith('redis', 'an archive', (redisUrl) => {
  let space: Namespace;
  let models: ModelFolders;
  let folder: string;
  let running: Program[];
  beforeEach(async () => {
    space = openNamespace(redisUrl);
    models = await makeModelFolders();
    folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-archive-'));
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true });
    await models.remove();
    await space.remove();
  });

  const start = (...given: Parameters<typeof startProgram>): Program => {
    const program = startProgram(...given);
    running.push(program);
    return program;
  };
  const archiveOf = async (some: readonly object[]): Promise<string> => {
    const path = join(folder, 'comments.jsonl');
    await writeFile(path, some.map((comment) => `${JSON.stringify(comment)}\n`).join(''));
    return path;
  };
  const finish = async (program: Program): Promise<Summary> => {
    expect(await program.ended, program.output()).toBe(0);
    return JSON.parse(program.stdout());
  };
  const exported = async (path: string, env: Record<string, string>) => {
    const program = start('export.mjs', env, [path]);
    expect(await program.ended, program.output()).toBe(0);
    const lines = program.stdout().trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as { id: string; action: string; model: string });
  };

  it('is judged once, whatever is killed meanwhile, and once more by another model', {
    timeout: 300_000,
  }, async () => {
    const path = await archiveOf(comments);
    const pool = start('workers.mjs', space.env);
    const produce = () => start('rejudge.mjs', space.env, [path, '--batch', '20', '--ahead', '5']);
    const checkpoint = async () => {
      const [key] = await space.keys('checkpoint:*');
      return key === undefined ? 0 : (JSON.parse((await space.redis.get(key)) ?? '{}').read as number);
    };
    const judged = async () => {
      const [key] = await space.keys('archive:*');
      return key === undefined ? 0 : await space.redis.hlen(key);
    };

    let producer = produce();
    await until(async () => expect(await checkpoint()).toBeGreaterThan(300));
    await producer.kill();
    const before = await checkpoint();
    expect(before).toBeLessThan(comments.length);
    producer = produce();
    for (const count of [600, 1200]) {
      await until(async () => expect(await judged()).toBeGreaterThan(count));
      const [pid] = await readyWorkers(pool, 1);
      process.kill(pid as number, 'SIGKILL');
      await pool.until((log) => log.find((line) => line.pid === pid && line.signal === 'SIGKILL'));
    }
    await producer.kill();
    expect(await judged()).toBeLessThan(comments.length);
    producer = produce();
    const first = await finish(producer);
    expect(producer.output()).toMatch(/100 %, 3,000 read, 3,000 judged, [\d,]+\/s\n/);
    expect(first).toMatchObject({ read: 3000, unreadable: 0, judged: 3000, deadLetters: 0 });
    // It went on, and did not begin again.
    expect(first.judgedNow).toBeLessThan(2000);

    const verdicts = await exported(path, space.env);
    expect(verdicts.map(({ id }) => id)).toEqual(comments.map(({ id }) => id));
    expect(new Set(verdicts.map(({ model }) => model))).toEqual(new Set([first.model]));
    for (const [at, { action }] of verdicts.entries()) {
      expect(action === 'reject', comments[at]?.text).toBe(at % texts.length >= CLEAN_TEXTS.length);
    }

    const queue = space.queue(rejudgeQueue(first.model));
    const idle = { wait: 0, active: 0, delayed: 0, failed: 0 };
    expect(await queue.getJobCounts('wait', 'active', 'delayed', 'failed')).toEqual(idle);
    const added = async () => Number(await space.redis.get(queue.toKey('id')));
    const jobs = await added();
    const again = await finish(produce());
    expect(again).toMatchObject({ known: 3000, judged: 3000, judgedNow: 0 });
    expect(await added()).toBe(jobs);

    await pool.stop();
    const manifest = join(models.blind, 'manifest.json');
    const blind = JSON.parse(await readFile(manifest, 'utf8'));
    await writeFile(manifest, JSON.stringify({ ...blind, version: 'blind' }));
    const env = { ...space.env, MODEL: models.blind };
    const otherPool = start('workers.mjs', env);
    const other = await finish(start('rejudge.mjs', env, [path]));
    expect(other).toMatchObject({ known: 0, judged: 3000, judgedNow: 3000 });
    expect(other.model).not.toBe(first.model);
    expect((await exported(path, env)).map(({ action }) => action)).toEqual(comments.map(() => 'allow'));
    expect((await exported(path, space.env)).filter(({ action }) => action === 'reject')).toHaveLength(1500);

    const left = (await space.dump()) + pool.output() + otherPool.output() + producer.output();
    for (const text of texts) expect(left).not.toContain(text);
  });

  it('is read no faster than it is judged', { timeout: 120_000 }, async () => {
    const path = await archiveOf(comments.slice(0, 1000));
    const producer = start('rejudge.mjs', space.env, [path, '--batch', '10', '--ahead', '3']);
    start('workers.mjs', space.env);
    const { model } = await finish(producer);
    // Every coming and going of a job is in the queue's own log.
    const events = await space.redis.xrange(space.queue(rejudgeQueue(model)).toKey('events'), '-', '+');
    let waiting = 0;
    let most = 0;
    let come = 0;
    for (const [, [, event]] of events) {
      if (event === 'added') come++;
      if (event === 'waiting') waiting++;
      if (event === 'active') waiting--;
      most = Math.max(most, waiting);
    }
    expect([come, waiting]).toEqual([100, 0]);
    expect(most).toBe(3);
  });

  it('may be larger than the memory of what reads it', { timeout: 120_000 }, async () => {
    const path = join(folder, 'large.jsonl');
    const text = `${CLEAN_TEXTS[0]} `.repeat(20);
    const lines = function* () {
      // So few comments, again and again, that there is little to judge.
      for (let at = 0; at < 100_000; at++) yield `${JSON.stringify({ id: at % 50, text })}\n`;
    };
    await writeFile(path, lines());
    expect((await stat(path)).size).toBeGreaterThan(100e6);
    start('workers.mjs', space.env);
    const env = { ...space.env, NODE_OPTIONS: '--max-old-space-size=64' };
    expect(await finish(start('rejudge.mjs', env, [path]))).toMatchObject({ read: 100_000, judged: 50 });
  });
});
