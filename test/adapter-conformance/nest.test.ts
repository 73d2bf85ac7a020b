import { loadMajors } from '../../packages/nest/test/majors.js';
import { adapterConformance } from './adapter-conformance.js';
import { express5Harness } from './harnesses/express.js';
import { nestHarness } from './harnesses/nest.js';
import { parity } from './parity.js';

for (const [, major] of await loadMajors()) {
  for (const platform of ['Express', 'Fastify'] as const) {
    const harness = nestHarness(major, platform);
    adapterConformance(harness);
    parity(express5Harness, harness);
  }
}
