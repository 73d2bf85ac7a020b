import { ToxicityGuardError } from '../errors.js';
import { describe } from '../fault.js';

/** When a store is left alone. */
export interface BreakerOptions {
  /** After so many failures in a row. Default 5. */
  readonly failures?: number;
  /** For so many milliseconds; then one call tries again. Default 5000. */
  readonly resetMs?: number;
}

/**
 * Keeps a store that fails from holding up everybody: a call ends at its deadline, and after some failures in a row
 * calls fail at once until the store has had time to recover (the circuit breaker of Nygard, Release It!, 2007).
 */
export class Breaker {
  private failures = 0;
  private openedAt: number | undefined;
  private probing = false;

  constructor(
    private readonly deadlineMs: number,
    private readonly options: Required<BreakerOptions>,
    /** Told when it opens, and when the store answers again. */
    private readonly onChange: (open: boolean) => void,
  ) {}

  /**
   * Asks the store.
   *
   * @param factor how many times the deadline this may take.
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`; one that `work` throws stays, and is no failure of the store.
   */
  async run<T>(work: () => Promise<T>, factor = 1): Promise<T> {
    const isProbe = this.openedAt !== undefined;
    if (this.openedAt !== undefined) {
      const isEarly = performance.now() - this.openedAt < this.options.resetMs;
      if (isEarly || this.probing) {
        throw unavailable('has failed several times and is left alone for a while');
      }
      this.probing = true;
    }
    try {
      const result = await this.within(work, this.deadlineMs * factor);
      this.succeed();
      return result;
    } catch (error) {
      if (error instanceof ToxicityGuardError && error.code !== 'VOCABULARY_UNAVAILABLE') {
        this.succeed();
        throw error;
      }
      this.fail(isProbe);
      if (error instanceof ToxicityGuardError) throw error;
      throw unavailable(describe(error), error);
    } finally {
      if (isProbe) this.probing = false;
    }
  }

  private succeed(): void {
    this.failures = 0;
    if (this.openedAt === undefined) return;
    this.openedAt = undefined;
    this.onChange(false);
  }

  private fail(isProbe: boolean): void {
    this.failures++;
    const wasOpen = this.openedAt !== undefined;
    if (!isProbe && this.failures < this.options.failures) return;
    // A call that began before it opened does not put the next try off.
    if (isProbe || !wasOpen) this.openedAt = performance.now();
    if (!wasOpen) this.onChange(true);
  }

  private async within<T>(work: () => Promise<T>, deadlineMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      const expire = (): void => reject(unavailable(`did not answer within ${deadlineMs} ms`));
      // An answer that came while the event loop was held is not late: it is taken first.
      timer = setTimeout(() => setImmediate(expire), Math.min(deadlineMs, 2 ** 31 - 1));
    });
    try {
      // What comes after the deadline is nobody's: `race` listens to it, so a late error is no unhandled one.
      return await Promise.race([work(), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param why what the store did, such as `threw Error at …`. */
export function unavailable(why: string, cause?: unknown): ToxicityGuardError {
  const options = cause === undefined ? undefined : { cause };
  return new ToxicityGuardError('VOCABULARY_UNAVAILABLE', `The vocabulary's store ${why}`, options);
}
