import { describeWith } from '../requirements.js';
import { sqliteHarness } from './harnesses/sqlite.js';
import { storeConformance } from './store-conformance.js';

describeWith('sqlite', 'a Keyv over SQLite', () => storeConformance(sqliteHarness));
