// Side-by-side measurements: `npm run bench`. Prints Markdown.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClassifier } from '@toxicity-guard/core';
import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';
import { tensorflowScorer } from './tensorflow.mjs';
import { texts } from './texts.mjs';
import { compare, median } from './timing.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const versionOf = (name) =>
  JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'))).version;
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const head = (...cells) => {
  row(...cells);
  row(...cells.map((_, index) => (index === 0 ? '---' : '---:')));
};

console.log(`Node ${process.version}, ${cpus()[0].model.trim()}, ${cpus().length} cores; `);
console.log(
  ['@toxicity-guard/core', 'obscenity', '@tensorflow/tfjs-node']
    .map((name) => `${name} ${versionOf(name)}`)
    .join(', '),
);

console.log('\n## One comment, warm, microseconds\n');
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
  const ratio = (other) => (other / ours).toFixed(1);
  row(words, ours.toFixed(1), obscenity.toFixed(1), tfjs.toFixed(0), ratio(obscenity), ratio(tfjs));
}

console.log('\n## Start and memory, medians of 7 processes\n');
const spawn = (kind) =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', join(folder, 'process.mjs'), kind], { encoding: 'utf8' }),
  );
const runs = Array.from({ length: 7 }, () => ({ bare: spawn('bare'), guard: spawn('guard') }));
const figure = (pick) => median(runs.map(pick));
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
head('', '');
row(
  'module imported, model read, first verdict given',
  `${figure(({ guard }) => guard.readyMs).toFixed(0)} ms`,
);
row(
  'resident above a bare process, after the first verdict',
  `${megabytes(figure(({ bare, guard }) => guard.firstRss - bare.rss))} MB`,
);
row(
  'the same, with the row cache full',
  `${megabytes(figure(({ bare, guard }) => guard.rss - bare.rss))} MB`,
);

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: dirname(require.resolve('@toxicity-guard/core/package.json')),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
row('`packages/core` packed, with its model', `${megabytes(packed.size)} MB`);
await classifier.close();
