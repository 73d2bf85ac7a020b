import { memoryHarness, namespacedHarness, threeFunctionsHarness } from './harnesses/memory.js';
import { storeConformance } from './store-conformance.js';

storeConformance(memoryHarness);
storeConformance(namespacedHarness);
storeConformance(threeFunctionsHarness);
