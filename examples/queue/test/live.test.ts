import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { CLEAN_TEXTS, TOXIC_TEXTS } from '../../../test/toxic-texts.js';
import { type Namespace, openNamespace } from './namespace.js';
import { addressOf, type Program, readyWorkers, startProgram } from './programs.js';
import { type Receiver, startReceiver } from './receiver.js';
import { startRedisProxy } from './redis-proxy.js';

const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 60_000, interval: 100 });
const texts = [...CLEAN_TEXTS, ...TOXIC_TEXTS.map(({ text }) => text)];

interface Comment {
  readonly id: string;
  readonly text: string;
  readonly state: string;
}

describeWith('redis', 'comments that are judged later', (redisUrl) => {
  let space: Namespace;
  let receiver: Receiver;
  let running: Program[];
  beforeEach(async () => {
    space = openNamespace(redisUrl);
    receiver = await startReceiver();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await receiver.close();
    await space.remove();
  });

  const start = (...given: Parameters<typeof startProgram>): Program => {
    const program = startProgram(...given);
    running.push(program);
    return program;
  };
  const post = (url: string, comment: unknown): Promise<Response> =>
    fetch(`${url}/comments`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ comment }),
    });
  const postAll = async (url: string, comments: readonly string[]): Promise<Comment[]> => {
    const responses = await Promise.all(comments.map((comment) => post(url, comment)));
    expect(responses.map(({ status }) => status)).toEqual(comments.map(() => 202));
    return (await Promise.all(responses.map((response) => response.json()))) as Comment[];
  };
  const areIdle = (...names: string[]) =>
    until(async () => {
      for (const name of names) {
        const counts = await space.queue(name).getJobCounts('wait', 'active', 'delayed', 'failed');
        expect(counts).toEqual({ wait: 0, active: 0, delayed: 0, failed: 0 });
      }
    });

  it('are taken at once, and get their verdicts when there are workers', { timeout: 120_000 }, async () => {
    const server = start('server.mjs', space.env);
    const url = await addressOf(server);
    expect((await post(url, 7)).status).toBe(400);
    const pending = await postAll(url, texts);
    expect(pending.map(({ state }) => state)).toEqual(texts.map(() => 'pending'));
    // What is looked for below can be found.
    for (const text of texts) expect(await space.dump()).toContain(JSON.stringify(text).slice(1, -1));

    const pool = start('workers.mjs', { ...space.env, WEBHOOK_URL: `${url}/verdicts` });
    const states = await until(async () => {
      const judged = await Promise.all(pending.map(({ id }) => fetch(`${url}/comments/${id}`)));
      const comments = (await Promise.all(judged.map((response) => response.json()))) as Comment[];
      expect(comments.map(({ state }) => state)).not.toContain('pending');
      return comments.map(({ state }) => state);
    });
    expect(states).toEqual([...CLEAN_TEXTS.map(() => 'published'), ...TOXIC_TEXTS.map(() => 'removed')]);
    const shown = (await (await fetch(`${url}/comments`)).json()) as Comment[];
    expect(shown.map(({ text }) => text)).toEqual(CLEAN_TEXTS);

    await areIdle('judge', 'deliver');
    expect([await pool.stop(), await server.stop()]).toEqual([0, 0]);
    const left = (await space.dump()) + pool.output() + server.output();
    for (const text of texts) expect(left).not.toContain(text);
  });

  it('are refused with 503 while Redis is away, and taken again after', { timeout: 120_000 }, async () => {
    const proxy = await startRedisProxy(redisUrl);
    const url = await addressOf(start('server.mjs', { ...space.env, REDIS_URL: proxy.url }));
    await postAll(url, ['The first one.']);
    await proxy.cut();
    const refused = await post(url, 'The second one.');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ status: 503, code: 'QUEUE_UNAVAILABLE' });
    await proxy.mend();
    await until(async () => expect((await post(url, 'The third one.')).status).toBe(202));
    const kept = (await (await fetch(`${url}/comments`)).json()) as Comment[];
    expect(kept.map(({ text }) => text)).toEqual(['The first one.', 'The third one.']);
    expect(await space.queue('judge').getWaitingCount()).toBe(2);
    await proxy.cut();
  });

  it('get one verdict each, whatever workers are killed meanwhile', { timeout: 300_000 }, async () => {
    const url = await addressOf(start('server.mjs', space.env));
    const comments: Comment[] = [];
    let isKilling = true;
    // As fast as they are judged, so that each that is killed has its hands full.
    const posting = (async () => {
      for (let round = 0; isKilling; round++) {
        const some = Array.from({ length: 20 }, (_, at) => `${texts[at % texts.length]} ${round}, ${at}.`);
        comments.push(...(await postAll(url, some)));
        await receiver.reached(comments.length - 200);
      }
    })();
    const env = { ...space.env, PROCESSES: '2', WEBHOOK_URL: receiver.url };
    let pool = start('workers.mjs', env);
    for (let kill = 0; kill < 3; kill++) {
      const pids = await readyWorkers(pool, 2);
      await receiver.reached(receiver.comments() + 30);
      const pid = pids[kill % 2] as number;
      process.kill(pid, 'SIGKILL');
      await pool.until((log) => log.find((line) => line.pid === pid && line.signal === 'SIGKILL'));
    }
    // The whole machine: those that it watched end with it.
    await receiver.reached(receiver.comments() + 30);
    await pool.kill();
    const lostPool = pool;
    isKilling = false;
    pool = start('workers.mjs', env);
    await posting;
    await receiver.reached(comments.length);
    await areIdle('judge', 'deliver');

    // Jobs were in the hands of those that were killed.
    const takenOver = [...lostPool.log(), ...pool.log()].filter(({ event }) => event === 'taken over');
    expect(takenOver.length).toBeGreaterThan(0);
    const bodies = new Map<string, Set<string>>();
    for (const { data, body, webhookId } of receiver.deliveries) {
      expect(webhookId).toBe(`verdict-${data.id}`);
      bodies.set(data.id, (bodies.get(data.id) ?? new Set()).add(body));
    }
    expect(Array.from(bodies.keys()).sort()).toEqual(comments.map(({ id }) => id).sort());
    expect(Array.from(bodies.values()).filter(({ size }) => size !== 1)).toEqual([]);
    expect(await space.keys('verdict:*')).toHaveLength(comments.length);
    const actions = new Map(receiver.deliveries.map(({ data }) => [data.id, data.action]));
    for (const { id, text } of comments) {
      const isToxic = TOXIC_TEXTS.some((toxic) => text.startsWith(toxic.text));
      expect(actions.get(id) === 'reject', text).toBe(isToxic);
    }
    for (const text of texts) expect(lostPool.output() + pool.output()).not.toContain(text);
  });

  it('have their webhooks tried again, then shown as dead letters', { timeout: 120_000 }, async () => {
    const url = await addressOf(start('server.mjs', space.env));
    const [flaky, lost] = (await postAll(url, [texts[0] as string, texts[2] as string])) as [
      Comment,
      Comment,
    ];
    const triesOf = ({ id }: Comment) => receiver.deliveries.filter(({ data }) => data.id === id);
    let isMended = false;
    receiver.answer = ({ data }) => {
      if (data.id === lost.id) return isMended ? 204 : 500;
      return triesOf(flaky).length < 3 ? 503 : 204;
    };
    const env = { ...space.env, ATTEMPTS: '4', WEBHOOK_URL: receiver.url };
    const pool = start('workers.mjs', env);
    await pool.until((log) => log.find(({ event }) => event === 'dead letter'));
    await until(() => expect([triesOf(flaky).length, triesOf(lost).length]).toEqual([3, 4]));
    const keys = new Set(triesOf(lost).map(({ webhookId, body }) => `${webhookId} ${body}`));
    expect(keys.size).toBe(1);

    const list = async () => {
      const listing = start('dead-letters.mjs', env);
      expect(await listing.ended).toBe(0);
      return listing.stdout();
    };
    expect(JSON.parse(await list())).toMatchObject({
      queue: 'deliver',
      id: lost.id,
      code: 'HTTP_500',
      attempts: 4,
    });
    isMended = true;
    expect(await start('dead-letters.mjs', env, ['retry']).ended).toBe(0);
    await areIdle('judge', 'deliver');
    expect(triesOf(lost)).toHaveLength(5);
    expect(await list()).toBe('');
  });

  it('believe no verdict that the workers have not signed', { timeout: 120_000 }, async () => {
    const url = await addressOf(start('server.mjs', space.env));
    const [comment] = (await postAll(url, [texts[0] as string])) as [Comment];
    const { Webhook } = await import('standardwebhooks');
    const send = (action: string, secret: string, at: Date) => {
      const body = JSON.stringify({ type: 'comment.judged', data: { id: comment.id, action, labels: [] } });
      const headers = {
        'Content-Type': 'application/json',
        'webhook-id': 'verdict-1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign('verdict-1', at, body),
      };
      return fetch(`${url}/verdicts`, { method: 'POST', headers, body });
    };
    const state = async () =>
      ((await (await fetch(`${url}/comments/${comment.id}`)).json()) as Comment).state;
    const now = new Date();
    const secret = space.env.WEBHOOK_SECRET as string;
    expect((await send('allow', Buffer.from('a guess').toString('base64'), now)).status).toBe(401);
    expect((await send('allow', secret, new Date(now.getTime() - 600_000))).status).toBe(401);
    expect((await fetch(`${url}/verdicts`, { method: 'POST' })).status).toBe(401);
    expect(await state()).toBe('pending');
    expect((await send('flag', secret, now)).status).toBe(204);
    // Only the first verdict counts, should ever another come.
    expect((await send('allow', secret, now)).status).toBe(204);
    expect(await state()).toBe('flagged');
  });
});
