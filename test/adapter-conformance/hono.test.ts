import { adapterConformance } from './adapter-conformance.js';
import { express5Harness } from './harnesses/express.js';
import { honoHarness } from './harnesses/hono.js';
import { parity } from './parity.js';

adapterConformance(honoHarness);
parity(express5Harness, honoHarness);
