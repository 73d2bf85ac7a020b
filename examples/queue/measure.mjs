// Measures how fast an archive is judged, on made-up comments: node measure.mjs [comments] [--write]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { connect } from './src/connect.mjs';
import { readSettings } from './src/settings.mjs';

const WORDS =
  'the a this that my your old new garden house river train book answer question day week people friend city really never often found liked read wrote asked told made about under before with and or but because so very little good better long quiet strange kind of in on at to'.split(
    ' ',
  );
const WRITTEN = new URL('measured.md', import.meta.url);
const here = (file) => new URL(file, import.meta.url).pathname;

const [given] = process.argv.slice(2).filter((argument) => argument !== '--write');
const sizes = given === undefined ? [20_000, 200_000] : [Number(given)];
const settings = readSettings();
const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-measure-'));
const redis = connect(settings);
const rows = [];
for (const size of sizes) rows.push(await measure(size));
redis.disconnect();
await rm(folder, { recursive: true });

const table = `# An archive, measured

By \`node measure.mjs --write\` in this folder: comments of 5 to 60 words, ${settings.processes} workers on ${cpus().length} cores (${cpus()[0].model}), Redis on the same machine, Node ${process.versions.node}. Other programs may have been running.

| Comments | Comments/s | Ten million take | Producer at most | A worker at most | Redis for a verdict |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}`;
if (process.argv.includes('--write')) await writeFile(WRITTEN, table);
else process.stdout.write(table);

async function measure(size) {
  const path = join(folder, `${size}.jsonl`);
  await pipeline(Readable.from(lines(size)), createWriteStream(path));
  const env = {
    ...process.env,
    QUEUE_PREFIX: `measure-${process.pid}-${size}`,
    // No webhook is sent.
    WEBHOOK_SECRET: 'bm9uZQ==',
  };
  const pool = spawn(process.execPath, [here('workers.mjs')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const log = [];
  const reader = createInterface({ input: pool.stderr }).on('line', (line) => log.push(JSON.parse(line)));
  while (log.filter(({ event }) => event === 'worker ready').length < settings.processes)
    await once(reader, 'line');

  const producer = spawn(process.execPath, [here('rejudge.mjs'), path], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const summary = JSON.parse(await text(producer.stdout));
  if (summary.judgedNow !== size) throw new Error('Not all have been judged.');
  const ended = once(pool, 'close');
  pool.kill();
  await ended;

  const verdictBytes = (await redis.call('MEMORY', 'USAGE', keyOf(env, summary), 'SAMPLES', 100)) / size;
  for await (const keys of redis.scanStream({ match: `${env.QUEUE_PREFIX}:*` })) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
  const perSecond = size / summary.seconds;
  const peaks = log.filter(({ event }) => event === 'worker stops').map(({ peakMb }) => peakMb);
  return [
    size.toLocaleString('en'),
    Math.round(perSecond).toLocaleString('en'),
    `${(1e7 / perSecond / 3600).toFixed(1)} h`,
    `${summary.peakMb} MB`,
    `${Math.max(...peaks)} MB`,
    `${Math.round(verdictBytes)} B`,
  ];
}

function keyOf({ QUEUE_PREFIX }, { name, model }) {
  return `${QUEUE_PREFIX}:archive:${name}:${model}`;
}

function* lines(size) {
  // A linear congruential generator, so that each run has the same comments.
  let seed = 1;
  const next = (below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let id = 0; id < size; id++) {
    const words = Array.from({ length: 5 + next(56) }, () => WORDS[next(WORDS.length)]);
    yield `${JSON.stringify({ id, text: `${words.join(' ')}.` })}\n`;
  }
}
