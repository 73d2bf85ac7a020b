// How much memory and time `toxicity-guard vocabulary push` takes for a file as large as GloVe's:
//
//   node bench/vocabulary.mjs redis://localhost:6379 [--words 400000] [--gzip] [--word-index]
//
// The file has random vectors of 50 numbers. With --word-index the words go by an index in another order than the
// file's, so that all vectors are in memory. Prints one line of JSON; ends with 1 where it takes too much memory.
// What was written is removed, unless --keep is given; --collection and --namespace are the command's.
import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';

const MOST_MEGABYTES = 300;
const DIMENSIONS = 50;
const VERSION = 'bench';
const bin = fileURLToPath(new URL('../packages/cli/bin/toxicity-guard.js', import.meta.url));
/** Tells the most memory that a process has taken, in kilobytes. */
const TELL = `data:text/javascript,process.on('exit', () => process.stderr.write('maxRSS ' + process.resourceUsage().maxRSS))`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    words: { type: 'string', default: '400000' },
    gzip: { type: 'boolean', default: false },
    'word-index': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    collection: { type: 'string', default: 'keyv' },
    namespace: { type: 'string', default: 'keyv' },
  },
});
const [address] = positionals;
if (address === undefined) throw new Error('Usage: node bench/vocabulary.mjs ADDRESS');
const words = Number(values.words);
const place = ['--collection', values.collection, '--namespace', values.namespace];

const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-bench-'));
try {
  const vectors = await writeVectors();
  const index = values['word-index'] ? ['--word-index', await writeIndex()] : [];
  const begin = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...['--import', TELL, bin, 'vocabulary', 'push', address, VERSION, '--from', vectors],
      ...index,
      ...place,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  if (status !== 0) throw new Error(stderr);
  const seconds = Math.round((performance.now() - begin) / 1_000);
  const megabytes = Math.round(Number(/maxRSS (\d+)/.exec(stderr)[1]) / 1_024);
  const fileMegabytes = Math.round((await stat(vectors)).size / 2 ** 20);
  console.log(JSON.stringify({ words, dimensions: DIMENSIONS, fileMegabytes, seconds, megabytes }));
  if (!values.keep) execFileSync(process.execPath, [bin, 'vocabulary', 'remove', address, VERSION, ...place]);
  process.exitCode = megabytes < MOST_MEGABYTES ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

async function writeVectors() {
  const file = join(folder, values.gzip ? 'vectors.txt.gz' : 'vectors.txt');
  const packing = values.gzip ? [createGzip({ level: 1 })] : [];
  await pipeline(Readable.from(lines()), ...packing, createWriteStream(file));
  return file;
}

function* lines() {
  let state = 1;
  /** The generator of Numerical Recipes: the same numbers each time. */
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const numbers = Array.from({ length: 4_096 }, () => (2 * random() - 1).toFixed(5));
  const vector = () => Array.from({ length: DIMENSIONS }, () => numbers[(4_096 * random()) | 0]).join(' ');
  for (let start = 0; start < words; start += 1_000) {
    const count = Math.min(1_000, words - start);
    yield Array.from({ length: count }, (_, offset) => `${wordOf(start + offset)} ${vector()}\n`).join('');
  }
}

/** Each word by an index that is far from its line. */
async function writeIndex() {
  const file = join(folder, 'word_index.json');
  const pairs = Array.from({ length: words }, (_, at) => [wordOf((at * 7_919) % words), at + 1]);
  await writeFile(file, JSON.stringify(Object.fromEntries(pairs)));
  return file;
}

function wordOf(at) {
  return `word${at}${'_'.repeat(at % 12)}`;
}
