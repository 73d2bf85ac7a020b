import { describeWith } from '../requirements.js';
import { mongoHarness } from './harnesses/mongo.js';
import { storeConformance } from './store-conformance.js';

describeWith('mongo', 'a Keyv over MongoDB', (url) => storeConformance(mongoHarness(url)));
