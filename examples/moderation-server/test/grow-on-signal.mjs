// Preloaded into the server: a worker that gets SIGUSR2 takes 400 MB and keeps them, as one that leaks would.
import cluster from 'node:cluster';

const kept = [];
if (cluster.isWorker) process.on('SIGUSR2', () => kept.push(Buffer.alloc(400 * 2 ** 20, 1)));
