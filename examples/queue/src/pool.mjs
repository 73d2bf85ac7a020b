import cluster from 'node:cluster';
import { log } from './log.mjs';

/** Keeps `processes` workers: one that is killed or crashes is replaced. SIGTERM has each finish what it does. */
export function start({ processes }) {
  let isStopping = false;

  function stop() {
    isStopping = true;
    for (const { process } of Object.values(cluster.workers)) process.kill('SIGTERM');
  }

  function fork() {
    const worker = cluster.fork();
    const { pid } = worker.process;
    let isReady = false;
    worker.on('message', ({ model }) => {
      isReady = true;
      log('worker ready', { pid, model });
    });
    worker.once('exit', (code, signal) => {
      log('worker ended', { pid, code, signal });
      if (isStopping) return;
      if (isReady || signal !== null) return fork();
      // It could not start, and the next one could not either.
      process.exitCode = 1;
      stop();
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  for (let count = 0; count < processes; count++) fork();
}
