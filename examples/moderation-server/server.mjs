// Starts the example on PORT (default 3000): PORT=8080 node server.mjs
import cluster from 'node:cluster';

// Loaded late, so that the process that only watches the workers holds neither a model nor a web framework.
const { start } = await import(cluster.isPrimary ? './src/primary.mjs' : './src/worker.mjs');
await start();
