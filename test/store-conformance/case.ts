import type { StoreCapabilities, StoreHarness } from './harness.js';

/**
 * One case of the suite. A plain function that rejects where the store or the vocabulary is wrong, so that it can
 * be run for those that are right and for those that are wrong on purpose.
 */
export interface Case {
  readonly name: string;
  /** What the store must be able to do. */
  readonly needs?: keyof StoreCapabilities;
  run(harness: StoreHarness): Promise<void>;
}
