import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../server.mjs', import.meta.url));

/**
 * Starts the server as a user does, on a free port.
 *
 * @param settings environment variables beside those of this process.
 * @returns `{ url, process, stop() }`; `stop()` resolves with its exit code.
 */
export async function startServer(settings) {
  const port = await freePort();
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', ...settings },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([
    answers(`${url}/health/ready`),
    ended.then(([code]) => Promise.reject(new Error(`The server ended with exit code ${code}`))),
  ]);
  const stop = async () => {
    child.kill();
    const [code] = await ended;
    return code;
  };
  return { url, process: child, stop };
}

/** Resolves when an address answers with 200, and rejects when it has not for `patienceMs`. */
export async function answers(url, patienceMs = 60_000) {
  const deadline = AbortSignal.timeout(patienceMs);
  for (;;) {
    const response = await fetch(url, { signal: deadline }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    if (deadline.aborted) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
