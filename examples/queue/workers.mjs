// Starts the workers, one process for each core or PROCESSES of them: PROCESSES=2 node workers.mjs
import cluster from 'node:cluster';
import { readSettings } from './src/settings.mjs';

// Loaded late, so that the process that only watches the others holds no model.
const { start } = await import(cluster.isPrimary ? './src/pool.mjs' : './src/worker.mjs');
await start(readSettings());
