import { setTimeout as sleep } from 'node:timers/promises';
import { batches } from './batches.mjs';

const LOOK_MS = 100;

/**
 * Queues what has no verdict of an archive and waits until all of it is judged. Where it was killed before, it goes
 * on after the checkpoint: at worst the last batch is queued again, and its verdicts are there.
 *
 * @param ahead batches that may wait in Redis; with more, nothing is read.
 * @param onState is told how far it is.
 */
export async function queueArchive({ source, name, queue, verdicts, checkpoint, batch, ahead, onState }) {
  // A dead letter of an earlier run is before the checkpoint.
  await queue.retryJobs({ state: 'failed' });
  let state = (await checkpoint.get()) ?? { read: 0, known: 0, unreadable: 0 };
  onState(state);
  for await (const { comments, read, unreadable, cursor } of batches(source.read(state.cursor), batch)) {
    const unknown = await verdicts.without(comments);
    if (unknown.length > 0) {
      await until(async () => (await queue.getJobCountByTypes('wait', 'delayed')) < ahead);
      await queue.add('batch', { archive: name, comments: unknown });
    }
    state = {
      cursor,
      read: state.read + read,
      known: state.known + comments.length - unknown.length,
      unreadable: state.unreadable + unreadable,
    };
    await checkpoint.set(state);
    onState(state);
  }
  await until(async () => (await queue.getJobCountByTypes('wait', 'delayed', 'active')) === 0);
  await checkpoint.remove();
  return { ...state, deadLetters: await queue.getFailedCount() };
}

async function until(check) {
  while (!(await check())) await sleep(LOOK_MS);
}
