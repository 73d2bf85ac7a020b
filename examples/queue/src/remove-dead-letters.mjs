/** Removes the dead letters that are too old. BullMQ itself only does so when another job fails. */
export async function removeDeadLetters(queues, { deadLetterSeconds }) {
  for (const queue of queues) await queue.clean(deadLetterSeconds * 1000, 0, 'failed');
}
