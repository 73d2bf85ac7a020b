// What start and test share: where things are, how to run a step, and what is up to date already.
// Plain Node without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const cache = join(root, 'node_modules', '.cache', 'toxicity-guard');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The command line of the pinned pnpm, which npx fetches where it is not there. */
export function pnpm(...args) {
  // A node_modules of npm's making is replaced without a question that nobody sees.
  return ['npx', '--yes', manifest.packageManager, '--config.confirm-modules-purge=false', ...args];
}

/** The command line of a tool that the root package installs. */
export function tool(name, ...args) {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const file = typeof bin === 'string' ? bin : (bin[name] ?? Object.values(bin)[0]);
  return [process.execPath, join(root, 'node_modules', name, file), ...args];
}

/**
 * Runs a command and resolves with its exit code. `quiet` keeps its output back unless it fails,
 * `quiet: 'always'` even then.
 */
export function run([command, ...args], { cwd = root, env = {}, quiet = false } = {}) {
  // npm and npx are batch files on Windows, which Node only starts through a shell.
  const shell = process.platform === 'win32' && command === 'npx';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      shell,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    running.add(child);
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code !== 0 && quiet === true) process.stderr.write(Buffer.concat(output));
      resolve(code ?? 128 + (signalNumbers[signal] ?? 0));
    });
  });
}

const running = new Set();
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Hands signals on to the running step, so that this process ends when the step does, with its exit code. */
export function passSignals() {
  for (const signal of Object.keys(signalNumbers)) {
    process.on(signal, () => {
      // A terminal sends it to the whole group: the step has it already.
      if (signal === 'SIGINT' && process.stdin.isTTY && running.size > 0) return;
      end(signal);
    });
  }
  if (process.env.npm_lifecycle_event === undefined) return;
  // npm hands a signal to the shell between it and this process, and some shells die without passing it on.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end('SIGTERM');
  }, 200);
  watch.unref();
}

function end(signal) {
  if (running.size === 0) process.exit(128 + signalNumbers[signal]);
  for (const child of running) child.kill(signal);
}

/** What decides which packages are installed. */
export function installKey() {
  return hash(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((file) => join(root, file)));
}

/** What decides a package's build: its sources and their settings. */
export function buildKey(name) {
  const folder = join(root, 'packages', name);
  return hash([
    ...['tsup.base.ts', 'tsconfig.json', 'tsconfig.base.json'].map((file) => join(root, file)),
    ...['package.json', 'tsup.config.ts'].map((file) => join(folder, file)),
    ...files(join(folder, 'src')),
  ]);
}

/** What is known of `name`'s last build, to notice that someone else built since. */
export function builtAt(name) {
  const file = join(root, 'packages', name, 'dist', 'index.js');
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

/** What start and test noted on their last run: `{ install?, builds: { [package]: { key, at } } }`. */
export function readStamp() {
  try {
    return { builds: {}, ...JSON.parse(readFileSync(join(cache, 'stamp.json'), 'utf8')) };
  } catch {
    return { builds: {} };
  }
}

export function writeStamp(stamp) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'stamp.json'), `${JSON.stringify(stamp, null, 2)}\n`);
}

/** Notes the present state of some packages' builds. */
export function stampBuilds(names) {
  const stamp = readStamp();
  for (const name of names) stamp.builds[name] = { key: buildKey(name), at: builtAt(name) };
  writeStamp(stamp);
}

function hash(paths) {
  const digest = createHash('sha256');
  for (const path of paths) {
    digest.update(`${path.slice(root.length)}\0`);
    if (existsSync(path)) digest.update(readFileSync(path));
  }
  return digest.digest('hex');
}

function files(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
