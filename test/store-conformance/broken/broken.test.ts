import { describe, expect, it } from 'vitest';
import { unheardByRunner } from '../../unheard-by-runner.js';
import { CASES, storeConformance } from '../store-conformance.js';
import { DEFECTS, rowsHarness } from './defects.js';

// The store that the wrong ones are made of is right, so that each of them fails for its defect alone.
storeConformance(rowsHarness('a store in memory that is right', {}));

describe('the conformance suite fails what', () => {
  it.each(DEFECTS.map((defect) => [defect.does, defect] as const))(
    '%s',
    { timeout: 120_000 },
    async (does, defect) => {
      const noticing = CASES.find(({ name }) => name === defect.noticedBy);
      if (noticing === undefined) throw new Error(`There is no case "${defect.noticedBy}".`);
      await unheardByRunner(() => expect(noticing.run(rowsHarness(does, defect))).rejects.toThrow());
    },
  );
});
