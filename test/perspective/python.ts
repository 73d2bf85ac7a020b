import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../markdown.js';

const run = promisify(execFile);
const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const REQUIREMENTS = fileOf('requirements.txt');

/**
 * Makes a virtual environment with Python's clients, once for a machine, and gives what runs `clients.py` in it.
 *
 * @throws {Error} with pip's words where the packages cannot be had.
 */
export async function pythonClients(python: string): Promise<(...args: string[]) => Promise<unknown>> {
  const { stdout: version } = await run(python, ['--version']);
  const key = createHash('sha256')
    .update(version)
    .update(await readFile(REQUIREMENTS));
  const folder = join(ROOT, 'node_modules/.cache/toxicity-guard', `python-${key.digest('hex').slice(0, 12)}`);
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python');
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run(python, ['-m', 'venv', folder]);
    await run(bin, ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS]);
    await writeFile(done, '');
  }
  return async (...args) => JSON.parse((await run(bin, [fileOf('clients.py'), ...args])).stdout);
}
