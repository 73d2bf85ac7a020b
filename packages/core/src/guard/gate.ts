import { ToxicityGuardError } from '../errors.js';

/** Lets so many in at a time, keeps so many waiting, and turns the rest away at once. */
export class Gate {
  #inside = 0;
  // A set keeps the order of arrival and lets one that gave up leave from the middle.
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly maxConcurrent: number,
    private readonly maxQueued: number,
  ) {}

  /**
   * Runs `work` when its turn comes. An abort frees its place at once, also where `work` does not heed it: a
   * classifier that never answers must not use the places up for ever.
   *
   * @throws {ToxicityGuardError} `OVERLOADED` at once where the queue is full; the signal's reason after an abort.
   */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await untilAbort(signal, work);
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#inside < this.maxConcurrent) {
      this.#inside++;
      return;
    }
    if (this.#waiting.size >= this.maxQueued) {
      throw new ToxicityGuardError('OVERLOADED', 'More requests wait to be judged than `maxQueued` allows.');
    }
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(enter);
        reject(signal.reason);
      };
      this.#waiting.add(enter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      // The place is handed over, not freed: somebody new must not overtake those who wait.
      this.#waiting.delete(next);
      next();
      return;
    }
    this.#inside--;
  }
}

/** What `work` gives, or the signal's reason as soon as it aborts. */
function untilAbort<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
