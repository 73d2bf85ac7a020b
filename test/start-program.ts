import { fork } from 'node:child_process';
import { once } from 'node:events';

const PRELOADED = new URL('listen-on-a-free-port.mjs', import.meta.url);

/** A program that listens. */
export interface RunningProgram {
  readonly url: string;
  /** What it has written. */
  output(): string;
  /** Asks it to end and gives its exit code, or `null` where a signal ended it. */
  stop(): Promise<number | null>;
}

/** Starts a program as it stands, on a free port whatever port it asks for, and resolves once it listens. */
export async function startProgram(file: URL): Promise<RunningProgram> {
  const execArgv = ['--import', PRELOADED.href];
  const child = fork(file, { execArgv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number));
    ended.then(() => reject(new Error(`The program ended before it listened:\n${output}`)), reject);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      child.kill();
      const [code] = await ended;
      return code;
    },
  };
}
