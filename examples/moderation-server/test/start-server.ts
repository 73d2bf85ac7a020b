import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything that it wrote, both streams. */
  log(): string;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('../server.mjs', import.meta.url));

/** Starts the example as a user does, on a free port, and resolves once it has printed its address. */
export async function startServer(): Promise<RunningServer> {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /http:\/\/localhost:(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    ended.then(() => reject(new Error(`The server ended before it had an address:\n${log}`)), reject);
  });
  return {
    url,
    process: child,
    log: () => log,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
