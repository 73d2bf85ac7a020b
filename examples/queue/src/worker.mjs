import { createArchiveVerdicts } from './archive/archive-verdicts.mjs';
import { createBatchJob } from './archive/judge-batch.mjs';
import { codeOf } from './code-of.mjs';
import { connect } from './connect.mjs';
import { createJudge } from './judge.mjs';
import { createDeliveryJob } from './live/deliver-verdict.mjs';
import { createCommentJob } from './live/judge-comment.mjs';
import { createVerdicts } from './live/verdicts.mjs';
import { log } from './log.mjs';
import { openWorker } from './open-worker.mjs';
import { DELIVER, JUDGE, openQueue, rejudgeQueue } from './queues.mjs';
import { removeDeadLetters } from './remove-dead-letters.mjs';

const HOUR_MS = 3_600_000;

/** One worker process: it judges, delivers, and judges archives for as long as there is nothing to judge. */
export async function start(settings) {
  // A terminal sends this to the whole group. It is the process that watches that decides.
  process.on('SIGINT', () => {});
  const redis = connect(settings);
  const judge = await createJudge(settings);
  const verdicts = createVerdicts(redis, settings);
  const names = [JUDGE, DELIVER, rejudgeQueue(judge.model)];
  const queues = names.map((name) => openQueue(name, redis, settings));
  const [, deliveries] = queues;
  const { webhookUrl: url, webhookSecret: secret } = settings;
  const jobs = [
    createCommentJob({ judge, verdicts, deliveries }),
    createDeliveryJob({ url, secret, verdicts }),
    createBatchJob({
      judge,
      verdictsOf: (archive) => createArchiveVerdicts(redis, settings, archive, judge.model),
    }),
  ];
  // Comments and webhooks wait for Redis and the network; a batch of an archive is work for one core.
  const concurrency = [16, 16, 1];
  const workers = names.map((name, at) => openWorker(name, jobs[at], concurrency[at], redis, settings));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const sweep = () =>
    void removeDeadLetters(queues, settings).catch((error) => log('sweep', { code: codeOf(error) }));
  const sweeps = setInterval(sweep, HOUR_MS);
  sweep();

  process.once('SIGTERM', async () => {
    clearInterval(sweeps);
    await Promise.all(workers.map((worker) => worker.close()));
    await Promise.all(queues.map((queue) => queue.close()));
    await judge.close();
    redis.disconnect();
    log('worker stops', { pid: process.pid, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) });
    process.disconnect();
  });
  process.send({ model: judge.model });
}
