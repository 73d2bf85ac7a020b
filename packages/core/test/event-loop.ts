import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** Collects all garbage at once. */
export const collectGarbage: () => void = runInNewContext('gc');

/** What {@link holdsOf} has measured, in milliseconds. */
export interface Holds<T> {
  readonly result: T;
  readonly longest: number;
  /** How often the event loop came round. */
  readonly turns: number;
}

/**
 * Runs some work and measures for how long it holds the event loop at a time. A hold is the time from one turn
 * to the next, or this process's processor time in between where that is less: another process that takes the
 * processor away holds nothing of ours.
 */
export async function holdsOf<T>(work: () => Promise<T>): Promise<Holds<T>> {
  // What a test has thrown away making its texts is not the work's.
  collectGarbage();
  let [longest, turns] = [0, 0];
  let isRunning = true;
  const watch = (next: (turn: () => void) => unknown): void => {
    let last = now();
    const turn = (): void => {
      const { wall, processor } = now();
      longest = Math.max(longest, Math.min(wall - last.wall, processor - last.processor));
      last = { wall, processor };
      turns++;
      if (isRunning) next(turn);
    };
    next(turn);
  };
  // Immediates and timers come at different places of a turn, and each sees work that the other may miss.
  watch(setImmediate);
  watch((turn) => setTimeout(turn, 0));
  await new Promise((resolve) => setTimeout(resolve, 5));
  longest = 0;
  const result = await work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  isRunning = false;
  return { result, longest, turns };
}

function now(): { wall: number; processor: number } {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), processor: (user + system) / 1000 };
}
