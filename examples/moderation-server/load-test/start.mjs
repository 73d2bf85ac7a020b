import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';

const script = fileURLToPath(new URL('../server.mjs', import.meta.url));

/**
 * Starts the server as a user does, on a free port.
 *
 * @param settings environment variables beside those of this process.
 * @returns as {@link startService} does.
 */
export async function startServer(settings) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', ...settings };
  return await startService([process.execPath, script], { port, env, path: '/health/ready' });
}

/**
 * Starts a program, and resolves when it answers a path with 200.
 *
 * @param how its port and environment, the path, and how long to wait for it.
 * @returns `{ url, process, stop() }`; `stop()` resolves with its exit code.
 */
export async function startService([command, ...args], { port, env, path, patienceMs = 60_000 }) {
  const child = spawn(command, args, { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([
    answers(url + path, patienceMs),
    ended.then(([code]) => Promise.reject(new Error(`${command} has ended with exit code ${code}`))),
  ]);
  const stop = async () => {
    child.kill();
    const [code] = await ended;
    return code;
  };
  return { url, process: child, stop };
}

async function answers(url, patienceMs) {
  const deadline = AbortSignal.timeout(patienceMs);
  for (;;) {
    const response = await fetch(url, { signal: deadline }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    if (deadline.aborted) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
