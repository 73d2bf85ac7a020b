import { describe, it } from 'vitest';
import type { Case } from './case.js';
import { bodies } from './cases/bodies.js';
import { faults } from './cases/faults.js';
import { load } from './cases/load.js';
import { options } from './cases/options.js';
import { verdicts } from './cases/verdicts.js';
import type { Harness } from './harness.js';

/** Every case that an adapter must pass, over real HTTP. */
export const CASES: readonly Case[] = [...verdicts, ...bodies, ...options, ...faults, ...load];

/** Registers every case for one harness; what its framework cannot do is skipped, with the reason in its name. */
export function adapterConformance(harness: Harness): void {
  describe(`the conformance of ${harness.name}`, () => {
    for (const { name, needs, run } of CASES) {
      const able = needs === undefined ? true : harness.capabilities[needs];
      if (able === true) it(name, () => run(harness));
      else it.skip(`${name} (${able})`);
    }
  });
}
