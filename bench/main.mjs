// Side-by-side measurements, as Markdown: `npm run bench`. With `--write` they go to bench/results.md too; with the
// name of a part, such as `keras`, that one alone is measured.
// Ends with exit code 1 where a figure is over its limit.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClassifier } from '@toxicity-guard/core';
import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';
import { kerasNetworks, SHAPE, sequences } from './keras-network.mjs';
import { tensorflowScorer } from './tensorflow.mjs';
import { texts } from './texts.mjs';
import { compare, median } from './timing.mjs';

/** What the packages promise. */
const LIMITS = { microseconds32: 60, readyMs: 300, residentMb: 90, packedMb: 12 };

const folder = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const lines = [];
const over = [];

const say = (line = '') => {
  console.log(line);
  lines.push(line);
};
const row = (...cells) => say(`| ${cells.join(' | ')} |`);
const head = (...cells) => {
  row(...cells);
  row(...cells.map((_, index) => (index === 0 ? '---' : '---:')));
};
const versionOf = (name) =>
  JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
const within = (name, figure) => {
  if (figure > LIMITS[name]) over.push(`${name}: ${figure.toFixed(1)}, at most ${LIMITS[name]}`);
  return figure;
};

say('# Benchmark results');
say();
say(`Node ${process.version}, ${cpus()[0].model.trim()}, ${cpus().length} cores.`);
const compared = ['@toxicity-guard/core', 'obscenity', '@tensorflow/tfjs-node'];
say(`${compared.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`);
say(
  'Made by `npm run bench -- --write`. Times are medians of rounds that take turns; compare ratios, not machines.',
);

const parts = { comments: timeComments, keras: timeKeras, start: startAndMemory };
const chosen = Object.keys(parts).filter((name) => process.argv.includes(name));
for (const [name, measure] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) await measure();
}

if (process.argv.includes('--write') && chosen.length === 0)
  writeFileSync(join(folder, 'results.md'), `${lines.join('\n')}\n`);
for (const figure of over) console.error(`over its limit: ${figure}`);
process.exitCode = over.length > 0 ? 1 : 0;

async function timeComments() {
  say('\n## One comment, warm, in microseconds\n');
  const classifier = createClassifier();
  const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });
  head(
    'words',
    'toxicity-guard',
    'obscenity',
    'tfjs-node, same network',
    'obscenity ÷ ours',
    'tfjs-node ÷ ours',
  );
  for (const words of [8, 32, 128]) {
    const some = texts(words, 64);
    const tensorflow = await tensorflowScorer(some);
    const { ours, obscenity, tfjs } = await compare({
      ours: (index) => classifier.classify(some[index % some.length]),
      obscenity: (index) => matcher.getAllMatches(some[index % some.length]),
      tfjs: (index) => tensorflow.score(index % some.length),
    });
    tensorflow.dispose();
    if (words === 32) within('microseconds32', ours);
    const ratio = (other) => (other / ours).toFixed(1);
    row(words, ours.toFixed(1), obscenity.toFixed(1), tfjs.toFixed(0), ratio(obscenity), ratio(tfjs));
  }
  await classifier.close();
}

async function timeKeras() {
  say('\n## A network of Keras, warm, in microseconds a text\n');
  const { words, length, dimensions, filters, width, hidden } = SHAPE;
  const thousands = words.toLocaleString('en');
  say(
    `${thousands} words of ${dimensions} numbers, ${length} a text, ${filters} filters of ${width}, ${hidden} units.\n`,
  );
  const networks = await kerasNetworks();
  head('words', 'texts at once', 'foldedKeras', 'tfjs-node', 'tfjs-node ÷ foldedKeras');
  for (const of of [15, 100]) {
    const some = sequences(512, of);
    for (const size of [1, 32]) {
      const batch = (index) => {
        const first = (index * size) % some.length;
        return some.slice(first, first + size);
      };
      const times = await compare({
        folded: (index) => networks.folded.predict(batch(index)),
        tfjs: (index) => networks.tfjs.predict(batch(index)),
      });
      const [folded, tfjs] = [times.folded / size, times.tfjs / size];
      row(of, size, folded.toFixed(1), tfjs.toFixed(0), (tfjs / folded).toFixed(1));
    }
  }
  await Promise.all(Object.values(networks).map((network) => network.close()));
}

async function startAndMemory() {
  say('\n## Start, memory and size, medians of 7 processes\n');
  const child = (kind) => [process.execPath, ['--expose-gc', join(folder, 'process.mjs'), kind]];
  const measure = (kind) => JSON.parse(execFileSync(...child(kind), { encoding: 'utf8' }));
  const runs = Array.from({ length: 7 }, () => ({ bare: measure('bare'), guard: measure('guard') }));
  const figure = (pick) => median(runs.map(pick));
  const ready = within(
    'readyMs',
    figure(({ guard }) => guard.readyMs),
  );
  const first = figure(({ bare, guard }) => guard.firstRss - bare.rss) / 1e6;
  const full = within('residentMb', figure(({ bare, guard }) => guard.rss - bare.rss) / 1e6);
  const packed = within('packedMb', packedBytes() / 1e6);
  head('', 'measured', 'limit');
  row('module imported, model read, first verdict given', `${ready.toFixed(0)} ms`, `${LIMITS.readyMs} ms`);
  row('resident above a bare process, after the first verdict', `${first.toFixed(1)} MB`, '');
  row('the same with the row cache full', `${full.toFixed(1)} MB`, `${LIMITS.residentMb} MB`);
  row('`@toxicity-guard/core` packed, with its model', `${packed.toFixed(1)} MB`, `${LIMITS.packedMb} MB`);
}

function packedBytes() {
  const cwd = dirname(require.resolve('@toxicity-guard/core/package.json'));
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  return JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], options))[0]
    .size;
}
