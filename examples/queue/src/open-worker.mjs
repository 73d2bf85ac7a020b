import { UnrecoverableError, Worker } from 'bullmq';
import { codeOf } from './code-of.mjs';
import { log } from './log.mjs';

/** A job that takes more workers than this down with it is a dead letter. */
const MAX_STALLED = 10;

/**
 * Has `process` do the jobs of a queue, `concurrency` at a time. Of an error only its code gets to Redis and to the
 * log.
 */
export function openWorker(name, process, concurrency, redis, { prefix, lockMs }) {
  const worker = new Worker(name, withoutText(process), {
    connection: redis,
    prefix,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: MAX_STALLED,
  });
  worker.on('error', (error) => log('worker', { queue: name, code: codeOf(error) }));
  worker.on('stalled', (job) => log('taken over', { queue: name, job }));
  worker.on('failed', (job, error) => {
    const isDead = job?.finishedOn !== undefined;
    log(isDead ? 'dead letter' : 'will try again', { queue: name, job: job?.id, code: error.message });
  });
  return worker;
}

function withoutText(process) {
  return async (job) => {
    try {
      await process(job);
    } catch (error) {
      throw error instanceof UnrecoverableError ? error : new Error(codeOf(error));
    }
  };
}
