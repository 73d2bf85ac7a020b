import { createHistogram } from 'node:perf_hooks';
import { Pool } from 'undici';
import { TEXTS } from './texts.mjs';

const PATHS = TEXTS.map((text) => `/predict?${new URLSearchParams({ text })}`);

/**
 * Clients that ask one text after the other, each on a connection that it keeps until the server closes it.
 * (Autocannon sends on after an answer that closes the connection, and counts what is lost so against the server.)
 *
 * @param body what each posts to `/predict`; without it, each gets `/predict?text=`.
 * @returns `{ take(), failures, stop() }`; `take()` gives `{ requests, p50, p99 }` since the call before, the
 * percentiles in milliseconds.
 */
export function startClients(url, connections, body) {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const failures = [];
  let durations = createHistogram();
  let requests = 0;
  let isRunning = true;
  const post = body && {
    path: '/predict',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };

  async function ask(number) {
    const started = performance.now();
    const answer = await pool.request(post ?? { path: PATHS[number % PATHS.length], method: 'GET' });
    await answer.body.dump();
    durations.record(Math.max(1, Math.round((performance.now() - started) * 1000)));
    requests++;
    if (answer.statusCode !== 200) failures.push(`status ${answer.statusCode}`);
  }

  const running = Array.from({ length: connections }, async (_, client) => {
    for (let number = client; isRunning; number++) {
      await ask(number).catch((error) => failures.push(error.code ?? error.name));
    }
  });
  return {
    failures,
    take() {
      const taken = { requests, p50: durations.percentile(50) / 1000, p99: durations.percentile(99) / 1000 };
      requests = 0;
      durations = createHistogram();
      return taken;
    },
    async stop() {
      isRunning = false;
      await Promise.all(running);
      await pool.close();
    },
  };
}

/** Lets clients run for some seconds. Resolves with `{ perSecond, p50, p99, failures }`. */
export async function measure(url, connections, seconds) {
  const clients = startClients(url, connections);
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { requests, ...percentiles } = clients.take();
  const perSecond = (requests * 1000) / (performance.now() - started);
  await clients.stop();
  return { perSecond, ...percentiles, failures: clients.failures };
}
