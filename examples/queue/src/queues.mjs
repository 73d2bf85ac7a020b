import { Queue } from 'bullmq';
import { codeOf } from './code-of.mjs';
import { log } from './log.mjs';

/** The queue of comments to judge, and the one of verdicts to deliver. */
export const JUDGE = 'judge';
export const DELIVER = 'deliver';

/** The queue of an archive's batches. Each model has its own, so that no other model judges them. */
export function rejudgeQueue(model) {
  return `rejudge-${encodeURIComponent(model)}`;
}

/** Ids of jobs may not have a colon, nor be a number. */
export function jobIdOf(...parts) {
  return `id-${parts.map((part) => encodeURIComponent(part)).join('-')}`;
}

/** Opens a queue. What is done is removed at once, text and all; a dead letter after a time. */
export function openQueue(name, redis, { prefix, attempts, backoffMs, deadLetterSeconds }) {
  const defaultJobOptions = {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: { age: deadLetterSeconds },
    stackTraceLimit: 0,
  };
  const queue = new Queue(name, { connection: redis, prefix, defaultJobOptions });
  queue.on('error', (error) => log('queue', { queue: name, code: codeOf(error) }));
  return queue;
}
