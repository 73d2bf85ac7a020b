import { describe, expect, it } from 'vitest';
import { unheardByRunner } from '../../unheard-by-runner.js';
import { adapterConformance, CASES } from '../adapter-conformance.js';
import { DEFECTS } from './defects.js';
import { thinHarness } from './thin-adapter.js';

// The adapter that the wrong ones are made of is right, so that each of them fails for its defect alone.
adapterConformance(thinHarness('a thin adapter that is right'));

describe('the conformance suite fails an adapter that', () => {
  it.each(DEFECTS.map((defect) => [defect.does, defect] as const))(
    '%s',
    async (does, { noticedBy, wrong }) => {
      const noticing = CASES.find(({ name }) => name === noticedBy);
      if (noticing === undefined) throw new Error(`There is no case "${noticedBy}".`);
      const harness = { ...thinHarness(`an adapter that ${does}`, wrong), patienceMs: 1_000 };
      await unheardByRunner(() => expect(noticing.run(harness)).rejects.toThrow());
    },
  );
});
