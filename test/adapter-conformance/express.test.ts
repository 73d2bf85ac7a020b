import { adapterConformance } from './adapter-conformance.js';
import { express4Harness, express5Harness } from './harnesses/express.js';
import { parity } from './parity.js';

adapterConformance(express5Harness);
adapterConformance(express4Harness);
parity(express5Harness, express4Harness);
