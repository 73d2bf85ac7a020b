import cluster from 'node:cluster';
import { createApp } from './app.mjs';
import { createMessages } from './cluster/messages.mjs';
import { createPulse } from './cluster/pulse.mjs';
import { listen, sentenceOf } from './http/listen.mjs';
import { createLog } from './log.mjs';
import { createWorkerMetrics } from './metrics/worker-metrics.mjs';
import { createModels } from './model/models.mjs';
import { readSelfTest } from './model/self-test.mjs';

/** A worker: it answers requests, tells the primary how it is, and does what that says. */
export async function start() {
  const service = { stopping: false };
  const models = createModels();
  const metrics = createWorkerMetrics(models);
  const primary = createMessages(process, {
    metrics: () => metrics.snapshot(),
    prepareModel: (folder) => models.prepare(folder),
    useModel: () => models.use(),
    discardModel: () => models.discard(),
    stopping: () => {
      service.stopping = true;
    },
    drain: () => void drain(),
    onError: (err) => log.error({ err }, 'A message was not answered'),
  });
  // What `cluster` tells a primary that has ended already reaches nobody; to end is all that is left to do.
  cluster.worker.on('error', ({ code }) => process.exit(code === 'EPIPE' ? 0 : 1));
  // A terminal sends these to the whole group. It is the primary that decides.
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
  process.on('SIGTERM', () => primary.tell('leave'));

  const { settings, slot, folder } = await primary.ask('hello');
  const log = createLog(settings, { pid: process.pid, worker: slot });
  let connections;
  let beats;
  try {
    await models.load(folder, await readSelfTest(settings.selfTest));
    const app = await createApp({ settings, models, primary, metrics, log, service });
    connections = app.connections;
    primary.tell('listening', await listen(app.server, settings));
  } catch (error) {
    primary.tell('failed', sentenceOf(error, settings));
    await end(1);
  }
  const pulse = createPulse({ models, connections });
  primary.tell('ready', models.info().id);
  beats = setInterval(() => primary.tell('beat', pulse.beat()), settings.workers.beatMs);

  let draining = false;
  async function drain() {
    if (draining) return;
    draining = true;
    await connections?.drain(settings.drain);
    clearInterval(beats);
    primary.tell('counted', await metrics.snapshot());
    await end(0);
  }

  async function end(code) {
    // Messages arrive in order: when this one is answered, so have the others.
    await primary.ask('view').catch(() => {});
    process.exit(code);
  }
}
