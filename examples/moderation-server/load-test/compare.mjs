// Measures this server beside another one, on the same texts in the same run: node load-test/compare.mjs COMMAND [--write]
// COMMAND WORKERS FORM PORT starts the other service, which answers GET /predict?text= on 127.0.0.1; its forms are
// `call` and `predict`. With --write, the table goes to load-test/compared.md.
import { writeFileSync } from 'node:fs';
import { measure } from './clients.mjs';
import { freePort } from './free-port.mjs';
import { memoryOf } from './memory.mjs';
import { startServer, startService } from './start.mjs';
import { TEXTS } from './texts.mjs';

const WORKERS = 2;
const CONNECTIONS = 16;
const ROUNDS = 3;
const SECONDS = 10;
/** Both are warm after it: V8 and TensorFlow alike compile what is called often. */
const WARM_SECONDS = 15;

const [command, ...options] = process.argv.slice(2);
if (command === undefined || command.startsWith('-')) {
  console.error('Usage: node load-test/compare.mjs COMMAND [--write]');
  process.exit(2);
}

const services = new Map();
try {
  services.set(
    'this server',
    await startServer({ WORKERS_INITIAL: WORKERS, WORKERS_MAXIMUM: WORKERS, KEEP_ALIVE_REQUESTS: 1e9 }),
  );
  for (const form of ['call', 'predict']) services.set(form, await startOther(form));
  const rows = await compareAll();
  const report = reportOf(rows);
  console.log(report);
  if (options.includes('--write')) writeFileSync(new URL('compared.md', import.meta.url), report);
} finally {
  for (const service of services.values()) await service.stop();
}

async function startOther(form) {
  const port = await freePort();
  // The first start installs it.
  const patienceMs = 600_000;
  return await startService([command, WORKERS, form, port].map(String), {
    port,
    path: '/predict?text=a',
    patienceMs,
  });
}

async function compareAll() {
  const figures = new Map([...services.keys()].map((name) => [name, []]));
  for (const [name, { url }] of services) {
    console.error(`${name}: warming`);
    await measure(url, CONNECTIONS, WARM_SECONDS);
  }
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, { url }] of services) {
      const figure = await measure(url, CONNECTIONS, SECONDS);
      if (figure.failures.length > 0) throw new Error(`${name} failed: ${figure.failures[0]}`);
      console.error(`${name}, round ${round}: ${figure.perSecond.toFixed(0)} requests/s`);
      figures.get(name).push(figure);
    }
  }
  return [...figures].map(([name, rounds]) => ({
    name,
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    p50: median(rounds.map(({ p50 }) => p50)),
    p99: median(rounds.map(({ p99 }) => p99)),
    memory: memoryOf(services.get(name).process.pid),
  }));
}

function reportOf(rows) {
  const [own] = rows;
  const line = ({ name, perSecond, p50, p99, memory }) => {
    const cells = [
      perSecond.toFixed(0),
      (own.perSecond / perSecond).toFixed(1),
      p50.toFixed(0),
      p99.toFixed(0),
      megabytes(memory.held),
      (own.memory.held / memory.held).toFixed(2),
      megabytes(memory.sizes),
      (own.memory.sizes / memory.sizes).toFixed(2),
    ];
    return `| ${name === own.name ? name : `\`${name}\``} | ${cells.join(' | ')} |`;
  };
  return [
    '# Beside Flask, gunicorn and Keras',
    '',
    `Made by \`node load-test/compare.mjs\`: ${WORKERS} workers each on the same two cores, ${CONNECTIONS} kept connections, ${TEXTS.length} texts of`,
    `4 to 19 words in turn, the services one after the other in each of ${ROUNDS} rounds of ${SECONDS} s; medians. The client`,
    'runs on the same cores. The other service calls a compiled network (`call`), or `model.predict` as such services do',
    '(`predict`). Memory is that of all its processes: what they hold together, and',
    'the sum of their resident sizes, in which the pages of a program or library that they share count for each. Compare ratios, not machines.',
    '',
    '| Service | Requests/s | This server, × | p50, ms | p99, ms | Memory, MB | This server’s share | Resident sizes, MB | This server’s share |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(line),
    '',
  ].join('\n');
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}
