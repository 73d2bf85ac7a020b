import { describe, it } from 'vitest';
import type { Case } from './case.js';
import { administration } from './cases/administration.js';
import { change } from './cases/change.js';
import { closing } from './cases/closing.js';
import { equality } from './cases/equality.js';
import { isolation } from './cases/isolation.js';
import { overlay } from './cases/overlay.js';
import { refusals } from './cases/refusals.js';
import { roundTrips } from './cases/round-trips.js';
import type { StoreHarness } from './harness.js';

/** Every case that a store must pass. */
export const CASES: readonly Case[] = [
  ...administration,
  ...roundTrips,
  ...refusals,
  ...change,
  ...isolation,
  ...overlay,
  ...closing,
  ...equality,
];

const LONG = { timeout: 600_000 };

/** Registers every case for one harness; what its store cannot do is skipped, with the reason in its name. */
export function storeConformance(harness: StoreHarness): void {
  describe(`the conformance of ${harness.name}`, () => {
    for (const { name, needs, run } of CASES) {
      const able = needs === undefined ? true : harness.capabilities[needs];
      if (able === true) it(name, LONG, () => run(harness));
      else it.skip(`${name} (${able})`);
    }
  });
}
