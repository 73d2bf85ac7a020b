import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** Collects all garbage at once. */
export const collectGarbage: () => void = runInNewContext('gc');

/** In nanoseconds, and two figures more. */
const OWN_TIME = '/proc/thread-self/schedstat';

/** What a server's other requests may wait for, in milliseconds. */
export const LONGEST = 50;

/** For tests of holds: what the code does it does each time, and what the machine or the collector does it does not. */
export const THRICE = { retry: 2 };

/** What {@link holdsOf} has measured, in milliseconds. */
export interface Holds<T> {
  readonly result: T;
  readonly longest: number;
  /** How often the event loop came round. */
  readonly turns: number;
}

/**
 * Runs some work and measures for how long it holds the event loop at a time. A hold is the time from one turn
 * to the next, or this thread's processor time in between where that is less: another process that takes the
 * processor away holds nothing of ours.
 */
export async function holdsOf<T>(work: () => Promise<T>): Promise<Holds<T>> {
  // What a test has thrown away making its texts is not the work's.
  collectGarbage();
  let [longest, turns] = [0, 0];
  let isRunning = true;
  let begun: Moment = { wall: Number.POSITIVE_INFINITY, processor: 0 };
  const watch = (next: (turn: () => void) => unknown): void => {
    let last = now();
    const turn = (): void => {
      // What held the turn in which the work began, before it did, is not the work's either.
      const { wall, processor } = last.wall < begun.wall ? begun : last;
      last = now();
      longest = Math.max(longest, Math.min(last.wall - wall, last.processor - processor));
      turns++;
      if (isRunning) next(turn);
    };
    next(turn);
  };
  // Immediates and timers come at different places of a turn, and each sees work that the other may miss.
  watch(setImmediate);
  watch((turn) => setTimeout(turn, 0));
  await new Promise((resolve) => setTimeout(resolve, 5));
  [begun, turns] = [now(), 0];
  const result = await work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  isRunning = false;
  return { result, longest, turns };
}

interface Moment {
  readonly wall: number;
  readonly processor: number;
}

function now(): Moment {
  return { wall: performance.now(), processor: processorTime() };
}

/** This thread's processor time. What helps it, such as V8's compiler and collector, holds up nobody. */
function processorTime(): number {
  if (process.platform === 'linux') return Number.parseInt(readFileSync(OWN_TIME, 'latin1'), 10) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
