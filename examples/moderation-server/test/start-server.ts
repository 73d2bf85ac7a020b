import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What `GET /workers` answers. */
export interface PoolView {
  readonly wanted: number;
  readonly model: string;
  readonly stopping: boolean;
  readonly workers: readonly WorkerView[];
}

export interface WorkerView {
  readonly slot: number;
  readonly pid: number;
  readonly state: 'starting' | 'ready' | 'leaving' | 'hung' | 'draining';
  readonly beat: WorkerBeat | null;
}

/** What a worker last told of itself. */
export interface WorkerBeat {
  readonly model: string;
  readonly memory: number;
  /** How many it has been sent. */
  readonly requests: number;
}

export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything that it wrote, both streams. */
  log(): string;
  /** Its workers, asked for on a new connection: one that is kept may be a stopped worker's. */
  workers(): Promise<PoolView>;
  /** Ends it and gives its exit code. */
  stop(): Promise<number | null>;
}

const script = fileURLToPath(new URL('../server.mjs', import.meta.url));

/** Starts the example as a user does, on a free port, and resolves once it has printed its address. */
export async function startServer(settings: Record<string, string> = {}): Promise<RunningServer> {
  const child = spawn(process.execPath, [script], {
    // The tests' own kept connections are not to hold its end up.
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', DRAIN_IDLE_MS: '100', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  const ended = once(child, 'close') as Promise<[number | null]>;
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
    workers: async () => JSON.parse((await getOnce(`${url}/workers`)).body) as PoolView,
    stop: async () => {
      child.kill();
      const [code] = await ended;
      return code;
    },
  };
}

/** A request on a connection of its own. */
export async function getOnce(url: string): Promise<{ status: number; body: string }> {
  const request = get(url, { agent: false });
  const [response] = await once(request, 'response');
  return { status: response.statusCode, body: await text(response) };
}
