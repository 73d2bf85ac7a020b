// Preloaded after the example: an SDK that writes what it has counted, each tenth of a second, on standard output.
import cluster from 'node:cluster';
import { metrics } from '@opentelemetry/api';
import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

class LineExporter extends ConsoleMetricExporter {
  export({ scopeMetrics }, done) {
    for (const { metrics: found } of scopeMetrics) {
      for (const { descriptor, dataPoints } of found) {
        for (const { attributes, value } of dataPoints) {
          console.log(
            `OTEL ${JSON.stringify({ name: descriptor.name, attributes, count: value.count ?? value })}`,
          );
        }
      }
    }
    done({ code: 0 });
  }
}

if (cluster.isWorker) {
  const reader = new PeriodicExportingMetricReader({
    exporter: new LineExporter(),
    exportIntervalMillis: 100,
  });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
}
