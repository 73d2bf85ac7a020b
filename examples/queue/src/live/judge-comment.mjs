import { jobIdOf } from '../queues.mjs';

/**
 * Makes what does the jobs of the first queue: judge, record, have it delivered. A worker may be killed after any of
 * the three, and two may do the same job: the first record counts, and what follows is made of it.
 */
export function createCommentJob({ judge, verdicts, deliveries }) {
  return async ({ data: { id, text } }) => {
    if ((await verdicts.get(id)) === undefined) {
      await verdicts.record(id, { ...(await judge.judge(text)), judgedAt: new Date().toISOString() });
    }
    await deliveries.add('deliver', { id }, { jobId: jobIdOf(id) });
  };
}
