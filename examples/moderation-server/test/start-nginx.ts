import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../load-test/free-port.mjs';
import { getOnce } from './start-server.js';

const shipped = join(import.meta.dirname, '../deployment/nginx');

/** What is said otherwise than in the shipped files: each text stands there, and is replaced. */
export type Changes = readonly (readonly [there: string | RegExp, instead: string])[];

/** A load from one address is not to be taken for too much. */
export const UNLIMITED: Changes = [['rate=50r/s', 'rate=1000000r/s']];

export interface RunningNginx {
  readonly url: string;
  /** A line for each request, and what else it wrote. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts nginx with the shipped site, in front of two instances at these addresses. */
export async function startNginx(
  program: string,
  instances: readonly [string, string],
  changes: Changes = [],
): Promise<RunningNginx> {
  const folder = await mkdtemp(join(tmpdir(), 'moderation-nginx-'));
  // nginx gives up root's rights, and its own user reads this folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const hosts = instances.map((url) => new URL(url).host) as [string, string];
  const upstream = await render('upstream.conf', [
    ['127.0.0.1:3001', hosts[0]],
    ['127.0.0.1:3002', hosts[1]],
  ]);
  const site = await render('moderation.conf', [
    ['listen 80;', `listen 127.0.0.1:${port};`],
    [/\/var\/log\/nginx\//g, `${folder}/`],
    ...changes,
  ]);
  const config = await writeConfig(folder, `${upstream}\n${site}`);
  const child = spawn(program, ['-p', folder, '-c', config, '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended = once(child, 'close');
  const url = `http://127.0.0.1:${port}`;
  // The location that is denied needs no instance.
  await vi
    .waitFor(() => getOnce(`${url}/metrics`), { timeout: 10_000, interval: 20 })
    .catch((error) => {
      throw new Error(`nginx does not answer:\n${errors}`, { cause: error });
    });
  return {
    url,
    logs: async () =>
      errors +
      (await readFile(join(folder, 'access.log'), 'utf8')) +
      (await readFile(join(folder, 'error.log'), 'utf8')),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A shipped file with some changes, each of which must change something. */
export async function render(name: string, changes: Changes): Promise<string> {
  let text = await readFile(join(shipped, name), 'utf8');
  for (const [there, instead] of changes) {
    const changed = text.replace(there, instead);
    if (changed === text) throw new Error(`${name} has no ${there}`);
    text = changed;
  }
  return text;
}

/** What `nginx -t` says of a site. */
export async function testConfig(program: string, site: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moderation-nginx-'));
  try {
    const inFolder = site.replaceAll('/var/log/nginx/', `${folder}/`);
    const config = await writeConfig(folder, inFolder);
    return spawnSync(program, ['-t', '-p', folder, '-c', config, '-e', 'stderr'], { encoding: 'utf8' })
      .stderr;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes what stands around a site, as small as it goes, and gives its path. */
async function writeConfig(folder: string, site: string): Promise<string> {
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    `daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
${site}
}
`,
  );
  return config;
}
