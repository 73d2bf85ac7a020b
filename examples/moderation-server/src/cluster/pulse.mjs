import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** Measures this worker: each `beat()` says how it was since the one before. */
export function createPulse({ models, connections }) {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  let last = performance.now();
  let utilisation = performance.eventLoopUtilization();
  let textMs = 0;

  return {
    beat() {
      const now = performance.now();
      const busy = performance.eventLoopUtilization(utilisation);
      const { underWay } = models;
      const beat = {
        // The mean number under way is the time they spent there by the time that passed (Little's law): a look
        // at one moment may well fall between two bursts. Those that never end would not show in it.
        queue: Math.max((underWay.textMs - textMs) / (now - last), 0),
        texts: underWay.texts,
        underWay: connections.underWay,
        requests: connections.requests,
        // The histogram counts from one timer to the next, so a quiet loop shows the resolution itself.
        delayMs: Math.max(0, delays.percentile(99) / 1e6 - 10),
        utilisation: busy.utilization,
        memory: process.memoryUsage.rss(),
        model: models.info()?.id,
      };
      delays.reset();
      last = now;
      utilisation = performance.eventLoopUtilization();
      textMs = underWay.textMs;
      return beat;
    },
    stop: () => delays.disable(),
  };
}
