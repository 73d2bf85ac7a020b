import type { Capabilities, Harness } from './harness.js';

/**
 * One case of the suite. A plain function that rejects where the adapter is wrong, so that it can be run for
 * adapters that are right and for those that are wrong on purpose.
 */
export interface Case {
  readonly name: string;
  /** What the harness must be able to do. */
  readonly needs?: keyof Capabilities;
  run(harness: Harness): Promise<void>;
}
