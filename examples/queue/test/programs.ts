import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A line of a program's log. */
export interface LogLine {
  readonly event: string;
  readonly pid?: number;
  readonly signal?: string | null;
  readonly code?: unknown;
}

/** A program of the example, run as a user runs it. */
export interface Program {
  readonly process: ChildProcess;
  /** All that it wrote, both streams. */
  output(): string;
  /** What it wrote to standard output. */
  stdout(): string;
  log(): readonly LogLine[];
  /** Resolves with what `find` gives of the log, as soon as that is not `undefined`. */
  until<T>(find: (log: readonly LogLine[]) => T | undefined): Promise<T>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Asks it to end and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends it without a word. */
  kill(): Promise<void>;
}

/** Starts a program of the example by its file's name. */
export function startProgram(
  file: string,
  env: Record<string, string>,
  args: readonly string[] = [],
): Program {
  const script = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  const tellAll = () => {
    for (const tell of waiting) tell();
  };
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    tellAll();
  });
  child.stderr.on('data', (chunk) => (stderr += chunk));
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{"time":')) log.push(JSON.parse(line));
    tellAll();
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const ended = closed.then(([code]) => code);

  return {
    process: child,
    output: () => stdout + stderr,
    stdout: () => stdout,
    log: () => log,
    async until(find) {
      return await new Promise((resolve, reject) => {
        const look = () => {
          const found = find(log);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        ended.then(() => reject(new Error(`${file} ended before it:\n${stdout}${stderr}`)), reject);
      });
    },
    ended,
    async stop() {
      child.kill();
      return await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The processes of a pool that are ready and have not ended, once there are as many. */
export function readyWorkers(pool: Program, count: number): Promise<number[]> {
  return pool.until((log) => {
    const ended = log.filter(({ event }) => event === 'worker ended').map(({ pid }) => pid);
    const ready = log.filter(({ event, pid }) => event === 'worker ready' && !ended.includes(pid));
    return ready.length >= count ? ready.map(({ pid }) => pid as number) : undefined;
  });
}

/** Where a server of the example listens, once it does. */
export function addressOf(server: Program): Promise<string> {
  return server.until(() => {
    const port = /http:\/\/localhost:(\d+)/.exec(server.stdout())?.[1];
    return port && `http://127.0.0.1:${port}`;
  });
}
