import { adapterConformance } from './adapter-conformance.js';
import { express5Harness } from './harnesses/express.js';
import { fastify5Harness } from './harnesses/fastify.js';
import { parity } from './parity.js';

adapterConformance(fastify5Harness);
parity(express5Harness, fastify5Harness);
