import { once } from 'node:events';
import type { Classifier } from '@toxicity-guard/core';
import { ToxicityGuardError } from '@toxicity-guard/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { createJudge } from '../src/judge.mjs';
import { createCommentJob } from '../src/live/judge-comment.mjs';
import { createVerdicts } from '../src/live/verdicts.mjs';
import { openWorker } from '../src/open-worker.mjs';
import { openQueue } from '../src/queues.mjs';
import { removeDeadLetters } from '../src/remove-dead-letters.mjs';
import { type Namespace, openNamespace } from './namespace.js';

const data = { id: '7', text: 'These words are nobody else’s business.' };

describeWith('redis', 'a job', (redisUrl) => {
  let space: Namespace;
  beforeEach(() => {
    space = openNamespace(redisUrl);
  });
  afterEach(() => space.remove());

  const verdictsHere = () => createVerdicts(space.redis, { prefix: space.prefix, verdictSeconds: 60 });

  it('that two workers do at the same time records one verdict', async () => {
    const verdicts = verdictsHere();
    const deliveries = { add: vi.fn(async () => {}) };
    let judging = 0;
    let goOn = () => {};
    const bothJudge = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const jobOf = (action: string) => {
      const judge = async () => {
        if (++judging === 2) goOn();
        await bothJudge;
        return { action };
      };
      return createCommentJob({ judge: { judge }, verdicts, deliveries });
    };
    await Promise.all([jobOf('allow')({ data }), jobOf('reject')({ data })]);
    expect(judging).toBe(2);
    const first = await verdicts.get(data.id);
    await verdicts.record(data.id, { action: first?.action === 'allow' ? 'reject' : 'allow' });
    expect(await verdicts.get(data.id)).toEqual(first);
  });

  it('that was killed between the record and the webhook goes on with that record', async () => {
    const verdicts = verdictsHere();
    const judge = { judge: vi.fn(async () => ({ action: 'flag' })) };
    const broken = { add: () => Promise.reject(new Error('Killed')) };
    await expect(createCommentJob({ judge, verdicts, deliveries: broken })({ data })).rejects.toThrow(
      'Killed',
    );
    const deliveries = { add: vi.fn(async () => {}) };
    await createCommentJob({ judge, verdicts, deliveries })({ data });
    expect(judge.judge).toHaveBeenCalledTimes(1);
    expect(deliveries.add).toHaveBeenCalledWith('deliver', { id: '7' }, { jobId: 'id-7' });
  });

  it('that fails leaves a code, no text, and is removed after its time', async () => {
    const settings = {
      prefix: space.prefix,
      attempts: 2,
      backoffMs: 10,
      deadLetterSeconds: 3600,
      lockMs: 30_000,
    };
    const written = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const queue = openQueue('judge', space.redis, settings);
    const worker = openWorker(
      'judge',
      async (job) => {
        throw Object.assign(new Error(`Cannot judge ${job.data.text}`), { code: 'MODEL_UNREADABLE' });
      },
      1,
      space.redis,
      settings,
    );
    await worker.waitUntilReady();
    await queue.add('judge', data, { jobId: 'id-7' });
    await once(worker, 'failed');
    await once(worker, 'failed');
    await worker.close();
    expect(written.mock.calls.join('')).toContain('"event":"dead letter"');
    expect(written.mock.calls.join('')).not.toContain(data.text);

    const { data: kept, ...rest } = (await queue.getJob('id-7'))?.toJSON() ?? {};
    expect(kept).toEqual(data);
    expect(rest).toMatchObject({ failedReason: 'MODEL_UNREADABLE', attemptsMade: 2 });
    expect(JSON.stringify(rest)).not.toContain(data.text);

    await removeDeadLetters([queue], settings);
    expect(await queue.getFailedCount()).toBe(1);
    await removeDeadLetters([queue], { deadLetterSeconds: 0 });
    expect(await queue.getFailedCount()).toBe(0);
    expect(await space.dump()).not.toContain(data.text);
    await queue.close();
  });

  it('on a text that is too long for the model ends with a verdict', async () => {
    const info = {
      id: 'model-1',
      thresholds: { flag: SCORES, reject: SCORES },
    };
    const failing = (code: 'TEXT_TOO_LONG' | 'VOCABULARY_UNAVAILABLE'): Classifier => ({
      classify: () => Promise.reject(new ToxicityGuardError(code, 'No')),
      classifyMany: () => Promise.reject(new ToxicityGuardError(code, 'No')),
      ready: async () => info,
      close: async () => {},
    });
    const judge = await createJudge({ classifier: failing('TEXT_TOO_LONG') });
    expect(await judge.judge(data.text)).toEqual({
      action: 'unavailable',
      labels: [],
      scores: null,
      model: 'model-1',
    });
    const other = await createJudge({ classifier: failing('VOCABULARY_UNAVAILABLE') });
    await expect(other.judge(data.text)).rejects.toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
  });
});

const SCORES = { toxic: 0.5, severe_toxic: 0.5, obscene: 0.5, threat: 0.5, insult: 0.5, identity_hate: 0.5 };
