import { describeWith } from '../requirements.js';
import { redisHarness } from './harnesses/redis.js';
import { storeConformance } from './store-conformance.js';

describeWith('redis', 'a Keyv over Redis', (url) => storeConformance(redisHarness(url)));
