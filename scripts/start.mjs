// npm start: installs what serving needs, builds it, starts the example server. Needs only Node and npm.
import './node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

// Imported late: an old Node may not read it, and is to get the sentence above.
const workspace = await import('./workspace.mjs');
const { buildKey, builtAt, installKey, passSignals, pnpm, readStamp, root, run } = workspace;
const { stampBuilds, tool, writeStamp } = workspace;

const server = join(root, 'examples', 'moderation-server');
const packages = ['core', 'fastify'];

passSignals();
await install();
for (const name of packages) await build(name);
process.exitCode = await run([process.execPath, join(server, 'server.mjs'), ...process.argv.slice(2)]);

async function install() {
  const stamp = readStamp();
  const present = [join(root, 'node_modules', 'tsup'), join(server, 'node_modules', 'fastify')].every(
    existsSync,
  );
  if (present && stamp.install === installKey()) return;
  await step('Installing what the server needs', () => {
    // The trainer, with TensorFlow, stays out: serving needs neither.
    const filters = ['@toxicity-guard/example-moderation-server...', 'toxicity-guard-workspace'];
    return pnpm('install', '--frozen-lockfile', ...filters.flatMap((filter) => ['--filter', filter]));
  });
  writeStamp({ ...readStamp(), install: installKey() });
}

async function build(name) {
  const last = readStamp().builds[name];
  if (last?.key === buildKey(name) && last.at === builtAt(name)) return;
  // Declarations take most of a build's time, and nobody reads them here.
  const command = () => tool('tsup', '--no-dts', '--silent');
  await step(`Building ${name}`, command, { cwd: join(root, 'packages', name) });
  stampBuilds([name]);
}

async function step(title, command, options = {}) {
  const begin = performance.now();
  process.stderr.write(`${title} … `);
  const code = await run(command(), { quiet: true, ...options });
  process.stderr.write(code === 0 ? `${((performance.now() - begin) / 1000).toFixed(1)} s\n` : 'failed.\n');
  if (code !== 0) process.exit(code);
}
