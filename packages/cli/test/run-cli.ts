import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));

export const bin = join(home, 'bin', 'toxicity-guard.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON lines. */
  readonly answers: readonly CliAnswer[];
}

export interface CliAnswer {
  readonly scores?: Record<string, number>;
  readonly action?: string;
  readonly spans?: readonly [number, number][];
  readonly error?: { readonly code: string; readonly message: string };
}

/** Runs the built command, of this package or a copy in `folder`, with some chunks as its input, each written by itself. */
export async function runCli(
  args: readonly string[],
  input: Iterable<string | Buffer> = [],
  folder: string = home,
): Promise<CliResult> {
  return await startCli(args, input, folder).ended;
}

/** A command while it runs. */
export interface RunningCli {
  /** Resolves when standard error has had some text; rejects when it ends without. */
  saw(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CliResult>;
}

/** Starts what {@link runCli} runs to its end. */
export function startCli(
  args: readonly string[],
  input: Iterable<string | Buffer> = [],
  folder: string = home,
): RunningCli {
  if (!existsSync(join(folder, 'dist', 'index.js'))) {
    throw new Error('The command is not built. Run `npm test`, or the build first.');
  }
  const child = spawn(process.execPath, [join(folder, 'bin', 'toxicity-guard.js'), ...args], {
    stdio: 'pipe',
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const fed = pipeline(Readable.from(input), child.stdin).catch((error: NodeJS.ErrnoException) => {
    // A command that refuses its arguments ends before it reads.
    if (error.code !== 'EPIPE') throw error;
  });
  const ended = Promise.all([read(child.stdout), read(child.stderr), closed, fed]).then(
    ([stdout, stderr, code]) => ({ code, stdout, stderr, answers: parse(stdout) }),
  );
  return {
    saw: (text) =>
      new Promise((resolve, reject) => {
        let seen = '';
        child.stderr.on('data', (chunk) => {
          seen += chunk;
          if (seen.includes(text)) resolve();
        });
        ended.then(({ stderr }) => reject(new Error(`It ended without «${text}»:\n${stderr}`)), reject);
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** The answers of `score`; help and versions are no JSON. */
function parse(stdout: string): CliAnswer[] {
  if (!stdout.startsWith('{')) return [];
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CliAnswer);
}

async function read(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
