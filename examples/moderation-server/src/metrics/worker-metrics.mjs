import { subscribe } from 'node:diagnostics_channel';
import { Counter, Histogram, Registry } from 'prom-client';
import { JUDGED_CHANNEL } from '../model/models.mjs';

/** From a twentieth of a millisecond, which a short text takes, to ten seconds. */
const JUDGING_BUCKETS = [5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.05, 0.1, 0.5, 1, 10];
const REQUEST_BUCKETS = [5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** What one worker counts. The primary adds the workers up. */
export function createWorkerMetrics(models) {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'moderation_http_requests_total',
    help: 'Answered requests by route pattern, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'moderation_http_request_duration_seconds',
    help: 'From a request to the end of its answer, by route pattern.',
    labelNames: ['route'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const judging = new Histogram({
    name: 'moderation_judging_duration_seconds',
    help: 'Time that one text takes to be judged.',
    buckets: JUDGING_BUCKETS,
    registers,
  });
  const decisions = new Counter({
    name: 'moderation_decisions_total',
    help: 'Judged texts by what the default thresholds make of them.',
    labelNames: ['action'],
    registers,
  });
  const labels = new Counter({
    name: 'moderation_labels_total',
    help: 'Judged texts that reached a label’s flag threshold.',
    labelNames: ['label'],
    registers,
  });
  let counted = { hits: 0, misses: 0 };
  new Counter({
    name: 'moderation_word_lookups_total',
    help: 'Words looked up in the cache of rows, by whether they were there.',
    labelNames: ['cache'],
    registers,
    collect() {
      const { hits, misses } = models.cacheStats();
      this.inc({ cache: 'hit' }, hits - counted.hits);
      this.inc({ cache: 'miss' }, misses - counted.misses);
      counted = { hits, misses };
    },
  });
  subscribe(JUDGED_CHANNEL, (message) => {
    judging.observe(message.durationMs / 1000);
    decisions.inc({ action: message.action });
    for (const label of message.labels) labels.inc({ label });
  });
  return {
    answered({ route, method, status, durationMs }) {
      requests.inc({ route, method, status });
      durations.observe({ route }, durationMs / 1000);
    },
    snapshot: () => registry.getMetricsAsJSON(),
  };
}
