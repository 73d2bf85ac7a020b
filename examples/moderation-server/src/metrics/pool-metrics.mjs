import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';

/**
 * The figures of all workers as Prometheus reads them: what they count added up, and each one's own state.
 *
 * @param view gives what `GET /workers` answers.
 */
export function createPoolMetrics(view) {
  const registry = new Registry();
  /** What workers that have ended counted, so that no total ever falls. */
  let ended = [];
  /** The latest that each worker counted, for the time when it does not answer. */
  const latest = new Map();

  const gauge = (name, help, labelNames, collect) =>
    new Gauge({
      name: `moderation_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        collect(this, view());
      },
    });
  const counter = (name, help, labelNames) =>
    new Counter({ name: `moderation_${name}`, help, labelNames, registers: [registry] });
  const ofWorkers = (name, help, value) =>
    gauge(name, help, ['worker'], (metric, { workers }) => {
      for (const worker of workers) if (worker.beat) metric.set({ worker: worker.slot }, value(worker.beat));
    });

  gauge('workers', 'Workers by state.', ['state'], (metric, { workers }) => {
    for (const state of ['starting', 'ready', 'leaving', 'draining', 'hung']) metric.set({ state }, 0);
    for (const { state } of workers) metric.inc({ state });
  });
  gauge('workers_wanted', 'Workers that the pool has decided to have.', [], (metric, { wanted }) => {
    metric.set(wanted);
  });
  gauge('model_info', 'The model in use.', ['model'], (metric, { model }) => {
    if (model) metric.set({ model }, 1);
  });
  ofWorkers('worker_queue_texts', 'Texts under way, on average since the last beat.', ({ queue }) => queue);
  ofWorkers('worker_requests_under_way', 'Requests that are not answered yet.', ({ underWay }) => underWay);
  ofWorkers(
    'worker_event_loop_delay_seconds',
    'Event-loop delay, 99th percentile since the last beat.',
    ({ delayMs }) => delayMs / 1000,
  );
  ofWorkers(
    'worker_event_loop_utilisation',
    'Share of the time in which the event loop was busy.',
    ({ utilisation }) => utilisation,
  );
  ofWorkers('worker_resident_memory_bytes', 'Resident memory.', ({ memory }) => memory);
  const starts = counter('worker_starts_total', 'Started workers by reason.', ['reason']);
  const exits = counter('worker_exits_total', 'Ended workers by reason.', ['reason']);
  const switches = counter('model_switches_total', 'Model changes by result.', ['result']);

  const sum = (snapshots) => AggregatorRegistry.aggregate(snapshots);

  return {
    contentType: registry.contentType,
    started: (reason) => starts.inc({ reason }),
    ended: (reason) => exits.inc({ reason }),
    switched: (result) => switches.inc({ result }),
    /** Keeps what a worker has counted so far. */
    keep: (worker, snapshot) => void latest.set(worker, snapshot),
    /** Moves what a worker counted to those that have ended. */
    async retire(worker) {
      const snapshot = latest.get(worker);
      if (!latest.delete(worker)) return;
      ended = await sum([ended, snapshot]).getMetricsAsJSON();
    },
    async text() {
      const workers = await sum([ended, ...latest.values()]).metrics();
      return `${workers}\n${await registry.metrics()}`;
    },
  };
}
