import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from './markdown.js';

/** What a program may import, and where it lies. */
const PACKAGES = {
  express: 'packages/express/node_modules/express',
  fastify: 'packages/fastify/node_modules/fastify',
  '@nestjs/common': 'packages/nest/node_modules/@nestjs/common',
  '@nestjs/core': 'packages/nest/node_modules/@nestjs/core',
  '@toxicity-guard/core': 'packages/core',
  '@toxicity-guard/express': 'packages/express',
  '@toxicity-guard/fastify': 'packages/fastify',
  '@toxicity-guard/nest': 'packages/nest',
};

const PRELOADED = new URL('listen-on-a-free-port.mjs', import.meta.url);

/** A folder as a user has it: the built packages are installed, and a program can be put in. */
export interface Project {
  /** Runs a program to its end. */
  run(program: string): Promise<{ stdout: string; stderr: string }>;
  /** Starts a program that listens, on a free port. */
  serve(program: string): Promise<{ url: string; stop(): Promise<void> }>;
  remove(): Promise<void>;
}

/** Makes a {@link Project} in a new folder. */
export async function makeProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-documents-'));
  for (const scope of ['@nestjs', '@toxicity-guard']) {
    await mkdir(join(folder, 'node_modules', scope), { recursive: true });
  }
  for (const [name, path] of Object.entries(PACKAGES)) {
    const target = join(ROOT, path);
    if (name.startsWith('@toxicity-guard/') && !existsSync(join(target, 'dist', 'index.js'))) {
      throw new Error(`${name} is not built. Run \`npm test\`, or \`npm run build\` first.`);
    }
    await symlink(target, join(folder, 'node_modules', name), 'junction');
  }
  let count = 0;
  const write = async (program: string): Promise<string> => {
    const file = join(folder, `program-${++count}.mjs`);
    await writeFile(file, program);
    return file;
  };
  return {
    async run(program) {
      return await promisify(execFile)(process.execPath, [await write(program)]);
    },
    async serve(program) {
      const execArgv = ['--import', PRELOADED.href];
      const child = fork(await write(program), { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      let log = '';
      child.stderr?.on('data', (chunk) => (log += chunk));
      const ended = once(child, 'close');
      const port = await new Promise<number>((resolve, reject) => {
        child.once('message', (message) => resolve(message as number));
        ended.then(() => reject(new Error(`The program ended before it listened:\n${log}`)), reject);
      });
      return {
        url: `http://127.0.0.1:${port}`,
        stop: async () => {
          child.kill();
          await ended;
        },
      };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs the built command line on some input and gives its standard output. */
export async function runCommand(args: readonly string[], input: string): Promise<string> {
  const bin = fileURLToPath(new URL('../packages/cli/bin/toxicity-guard.js', import.meta.url));
  const running = promisify(execFile)(process.execPath, [bin, ...args]);
  running.child.stdin?.end(input);
  return (await running).stdout;
}
