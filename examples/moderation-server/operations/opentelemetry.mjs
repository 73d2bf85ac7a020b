// Judgements as OpenTelemetry metrics. Preload it, and after it the SDK that sends them on:
//   node --import ./operations/opentelemetry.mjs --import ./your-sdk.mjs server.mjs
// It needs @opentelemetry/api and nothing of the server's: both channels are plain node:diagnostics_channel.
import { subscribe } from 'node:diagnostics_channel';
import { metrics } from '@opentelemetry/api';

// Made at the first message, because an instrument made before the SDK is set up stays silent.
let instruments;

function make() {
  const meter = metrics.getMeter('moderation-server');
  return {
    texts: meter.createCounter('moderation.texts', { description: 'Judged texts' }),
    labels: meter.createCounter('moderation.labels', { description: 'Labels that judged texts reached' }),
    judging: meter.createHistogram('moderation.judging.duration', { unit: 's' }),
    guarded: meter.createHistogram('moderation.guard.duration', { unit: 's' }),
  };
}

/** Every judged text, whichever route it came by. */
subscribe('moderation-server:judged', ({ action, labels, durationMs, model }) => {
  instruments ??= make();
  instruments.texts.add(1, { action, model });
  for (const label of labels) instruments.labels.add(1, { label, model });
  instruments.judging.record(durationMs / 1000, { model });
});

/** Every request that a guard of toxicity-guard judged. Any server that uses the package tells them there. */
subscribe('toxicity-guard:decision', ({ decision, durationMs, route }) => {
  instruments ??= make();
  instruments.guarded.record(durationMs / 1000, { action: decision.action, 'http.route': route ?? 'none' });
});
