import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { describe } from 'vitest';

/** What some suites need and a user's machine may lack. */
export type RequirementName =
  | 'chromium'
  | 'tfjs-node'
  | 'data'
  | 'mongo'
  | 'redis'
  | 'sqlite'
  | 'python'
  | 'nginx'
  | 'systemd'
  | 'namespaces';

/** Whether it is here; where, or why not. `path` is a file, a folder or an address, empty where it is absent. */
export interface Requirement {
  readonly available: boolean;
  readonly reason: string;
  readonly path: string;
}

/**
 * Looks for what a suite needs, for `describe.skipIf(!found.available)(…)`.
 *
 * @throws {Error} when it is absent and `TOXICITY_GUARD_REQUIRE` is `all`, so that no suite skips unseen, unless
 * `TOXICITY_GUARD_OPTIONAL` names it: `sqlite`, or several with commas between them.
 */
export function requirement(name: RequirementName): Requirement {
  const { find, hint } = requirements[name];
  const path = find() ?? '';
  if (path !== '') return { available: true, reason: '', path };
  const optional = process.env.TOXICITY_GUARD_OPTIONAL?.split(',') ?? [];
  if (process.env.TOXICITY_GUARD_REQUIRE === 'all' && !optional.includes(name)) {
    throw new Error(`This run must not skip, and ${name} is missing: ${hint}`);
  }
  return { available: false, reason: `needs ${name}: ${hint}`, path };
}

/** A suite that needs something: runs with its path, or shows as skipped with the reason in its name. */
export function describeWith(name: RequirementName, title: string, suite: (path: string) => void): void {
  const found = requirement(name);
  const shown = found.available ? title : `${title} (${found.reason})`;
  describe.skipIf(!found.available)(shown, () => suite(found.path));
}

const requirements: Record<RequirementName, { find: () => string | undefined; hint: string }> = {
  chromium: { find: findChromium, hint: 'install Chromium or set CHROMIUM_PATH' },
  'tfjs-node': { find: findTensorFlow, hint: 'its native addon is not installed' },
  data: { find: findData, hint: 'set TOXICITY_GUARD_DATA to the folder with comments.csv.gz' },
  mongo: { find: () => process.env.MONGO_URL, hint: 'set MONGO_URL' },
  redis: { find: () => process.env.REDIS_URL, hint: 'set REDIS_URL' },
  sqlite: { find: findSqlite, hint: 'its native addon is not installed' },
  python: { find: findPython, hint: 'install Python 3 with venv, or set PYTHON_PATH' },
  nginx: { find: () => findProgram('nginx', 'NGINX_PATH'), hint: 'install nginx or set NGINX_PATH' },
  systemd: {
    find: () => findProgram('systemd-analyze', 'SYSTEMD_ANALYZE_PATH'),
    hint: 'systemd-analyze is not installed',
  },
  namespaces: { find: findNamespaces, hint: 'it takes Linux, and root' },
};

function findChromium(): string | undefined {
  if (process.env.CHROMIUM_PATH) return existing(process.env.CHROMIUM_PATH);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return [
    ...pathsOf(names),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((path) => existsSync(path));
}

/** `/usr/sbin`, where nginx lies, is not in everyone's path. */
function findProgram(name: string, variable: string): string | undefined {
  const path = process.env[variable];
  return path ? existing(path) : [...pathsOf([name]), `/usr/sbin/${name}`].find((file) => existsSync(file));
}

/** Whether a process may be given a file system of its own. */
function findNamespaces(): string | undefined {
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? '/proc/self/ns/mnt' : undefined;
}

function pathsOf(names: readonly string[]): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

/** The package installs without its addon, so that its presence says nothing; the file does. */
function findTensorFlow(): string | undefined {
  try {
    const require = createRequire(new URL('../packages/trainer/package.json', import.meta.url));
    const folder = dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
    return existing(join(folder, 'lib/napi-v8/tfjs_binding.node')) && folder;
  } catch {
    return undefined;
  }
}

/** As with TensorFlow, the package installs without its addon. */
function findSqlite(): string | undefined {
  try {
    const adapter = createRequire(import.meta.url).resolve('@keyv/sqlite');
    const folder = dirname(createRequire(adapter).resolve('sqlite3/package.json'));
    return existing(join(folder, 'build/Release/node_sqlite3.node'));
  } catch {
    return undefined;
  }
}

function findData(): string | undefined {
  const folder = process.env.TOXICITY_GUARD_DATA;
  return folder && existing(join(folder, 'comments.csv.gz')) && resolve(folder);
}

/** One that can make a virtual environment, which Debian packs apart. */
function findPython(): string | undefined {
  const candidates = process.env.PYTHON_PATH ? [process.env.PYTHON_PATH] : ['python3', 'python'];
  return candidates.find((path) => spawnSync(path, ['-c', 'import venv, ensurepip']).status === 0);
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
