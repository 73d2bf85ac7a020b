// Load on the server while its workers come, go and change their model: node load-test/main.mjs [--out FOLDER] [--quick]
// Writes report.md and its plots into the folder (default: load-test/results) and ends with exit code 1 where a
// request failed. With --quick, each stage ends as soon as it is reached.
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startClients } from './clients.mjs';
import { drawRun } from './plot.mjs';
import { reportOf } from './report.mjs';
import { startServer } from './start.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' }, quick: { type: 'boolean' } } });
const out = values.out ?? fileURLToPath(new URL('results', import.meta.url));
const SAMPLE_MS = 500;
/** How long each stage goes on once it is reached. */
const STAGE_MS = values.quick ? 1000 : 8000;
/** A batch keeps a worker busy for long enough that texts wait. */
const BATCH = {
  texts: Array(100).fill('The train was late again and nobody at the station could tell us why.'),
};

const folder = await mkdtemp(join(tmpdir(), 'load-test-'));
const model = join(folder, 'model');
await symlink(fileURLToPath(new URL('../../../packages/core/model', import.meta.url)), model);
const server = await startServer({
  NODE_OPTIONS: `--import=${new URL('../test/grow-on-signal.mjs', import.meta.url)}`,
  MODEL: model,
  WORKERS_INITIAL: '2',
  WORKERS_MAXIMUM: '4',
  WORKERS_QUEUE: '20',
  WORKERS_DELAY_MS: '10000',
  WORKERS_IDLE_MS: '3000',
  WORKERS_BEAT_MS: '250',
  WORKERS_MEMORY_MB: '350',
});

const events = [];
const samples = [];
const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;
const clients = startClients(server.url, 8);
const sampling = setInterval(() => void sample(), SAMPLE_MS);
let last = performance.now();
let stopping = false;

try {
  await happen('Clients begin', 'Eight clients ask one text after the other', () => pause(STAGE_MS));
  let heavy;
  await happen('Load rises', 'Eight more post a hundred texts at a time', async () => {
    heavy = startClients(server.url, 8, BATCH);
    await until(({ workers }) => ready(workers).length === 4);
    await pause(STAGE_MS);
  });
  await happen('Load falls', 'They stop', async () => {
    await heavy.stop();
    clients.failures.push(...heavy.failures);
    await until(({ workers }) => workers.length === 2);
    await pause(STAGE_MS);
  });
  await happen('Worker outgrown', 'A worker takes 400 MB, and is replaced', () => endWorker('SIGUSR2'));
  await happen('Worker leaves', 'A worker gets SIGTERM, and is replaced', () => endWorker('SIGTERM'));
  await happen('New model', 'Another model is put in place; SIGHUP', async () => {
    const before = (await view()).model;
    await anotherModel();
    server.process.kill('SIGHUP');
    await until(
      ({ workers, model }) => model !== before && workers.every(({ beat }) => beat?.model === model),
    );
    await pause(STAGE_MS);
  });
  await happen('Clients end', 'Clients stop; then SIGTERM', async () => {
    stopping = true;
    clearInterval(sampling);
    await clients.stop();
  });
} finally {
  clearInterval(sampling);
  const code = await server.stop();
  if (code !== 0) clients.failures.push(`the server ended with exit code ${code}`);
  await rm(folder, { recursive: true });
}

await mkdir(out, { recursive: true });
for (const { name, svg } of drawRun(samples, events)) await writeFile(join(out, name), svg);
await writeFile(join(out, 'report.md'), reportOf(samples, events, clients.failures));
console.log(await readFile(join(out, 'report.md'), 'utf8'));
process.exitCode = clients.failures.length > 0 ? 1 : 0;

async function happen(short, what, work) {
  events.push({ at: seconds(), short, what });
  console.error(`${seconds().toFixed(0).padStart(3)} s  ${what}`);
  await work();
}

async function sample() {
  const { requests, p50, p99 } = clients.take();
  const now = performance.now();
  const perSecond = (requests * 1000) / (now - last);
  last = now;
  const at = seconds();
  const { workers } = await view();
  if (!stopping) samples.push({ at, requests, perSecond, p50, p99, workers: workers.filter(answers).length });
}

/** Sends a worker a signal that ends it, and resolves when another is in its place. */
async function endWorker(signal) {
  const [{ pid }] = ready((await view()).workers);
  process.kill(pid, signal);
  await until(({ workers }) => workers.every((worker) => worker.pid !== pid) && ready(workers).length === 2);
  await pause(STAGE_MS);
}

/** What the pool says of itself, on a connection of its own. */
async function view() {
  const response = await fetch(`${server.url}/workers`, { headers: { connection: 'close' } });
  return await response.json();
}

/** One that leaves answers until another does. */
function answers({ state }) {
  return state === 'ready' || state === 'leaving';
}

function ready(workers) {
  return workers.filter(({ state }) => state === 'ready');
}

async function until(holds) {
  for (const deadline = Date.now() + 90_000; !holds(await view()); await pause(250)) {
    if (Date.now() > deadline) throw new Error(`Not within 90 s: ${events.at(-1).what}`);
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A folder that judges alike under another name. */
async function anotherModel() {
  const next = join(folder, 'next');
  await mkdir(next);
  const manifest = JSON.parse(await readFile(join(model, 'manifest.json'), 'utf8'));
  for (const file of Object.keys(manifest.files)) await copyFile(join(model, file), join(next, file));
  await writeFile(join(next, 'manifest.json'), JSON.stringify({ ...manifest, version: 'another' }));
  await rm(model);
  await symlink(next, model);
}
