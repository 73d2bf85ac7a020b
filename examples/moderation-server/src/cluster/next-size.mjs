/** Below this part of what makes the pool grow, a load is low. The gap keeps it from growing and shrinking in turn. */
const LOW = 0.25;

/**
 * How many workers there are to be: some more where the queue or the event-loop delay says so, some fewer after a
 * time of low load.
 *
 * @param wanted how many there are to be so far.
 * @param beats what each worker that takes requests has last told: `{ queue, delayMs }`.
 * @param lowForMs how long the load has been low.
 */
export function nextSize({ wanted, beats, lowForMs, settings }) {
  const { minimum, maximum, step, idleMs } = settings;
  // While some are still starting, their share of the load cannot be told.
  if (beats.length < wanted) return wanted;
  if (loadOf(beats, settings) >= 1) return Math.min(maximum, wanted + step);
  if (lowForMs >= idleMs) return Math.max(minimum, wanted - step);
  return wanted;
}

export function isLow(beats, settings) {
  return loadOf(beats, settings) < LOW;
}

/** 1 where more workers are needed. */
function loadOf(beats, { queue, delayMs }) {
  const mean = (pick) => beats.reduce((sum, beat) => sum + pick(beat), 0) / Math.max(1, beats.length);
  return Math.max(mean((beat) => beat.queue) / queue, mean((beat) => beat.delayMs) / delayMs);
}
