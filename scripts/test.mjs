// npm test: installs everything, builds, checks and runs every suite. Needs only Node and npm.
// Arguments go to vitest: npm test -- packages/core
import './node-version.mjs';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const workspace = await import('./workspace.mjs');
const { cache, installKey, passSignals, pnpm, readStamp, root, run, stampBuilds, tool, writeStamp } =
  workspace;

const packages = ['core', 'express', 'fastify', 'nest', 'trainer', 'cli'];
const failed = [];

passSignals();
await step('install', () => run(pnpm('install', '--frozen-lockfile')));
report(failed.length === 0 ? await checkAll() : count([]));

async function checkAll() {
  writeStamp({ ...readStamp(), install: installKey() });
  await installTensorFlow();
  await step('build', build);
  await step('lint', () => run(tool('@biomejs/biome', 'check', '.')));
  await step('types', () => run(tool('typescript', '-p', 'tsconfig.json')));
  await step('packages', () => run([process.execPath, join(root, 'scripts', 'check-packages.mjs')]));
  return count(await runSuites());
}

async function build() {
  const code = await run(pnpm('-r', '--filter', './packages/*', 'build'), { quiet: true });
  if (code === 0) stampBuilds(packages);
  return code;
}

/** Runs one check and notes whether it failed; the others run all the same. */
async function step(name, action) {
  console.log(`\n── ${name}`);
  const code = await action();
  if (code !== 0) failed.push(name);
}

/** pnpm leaves tfjs-node's own installer alone; it is run here where the addon is missing. */
async function installTensorFlow() {
  const folder = join(root, 'packages', 'trainer', 'node_modules', '@tensorflow', 'tfjs-node');
  const load = [process.execPath, '-e', `require(${JSON.stringify(folder)})`];
  if ((await run(load, { quiet: 'always' })) === 0) return;
  console.log('\n── tfjs-node: fetching its native addon');
  // The installer rewrites this file, which may be a hard link into pnpm's store.
  const manifest = join(folder, 'package.json');
  const text = readFileSync(manifest);
  rmSync(manifest);
  writeFileSync(manifest, text);
  const path = [join(folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const install = [process.execPath, join('scripts', 'install.js')];
  await run(install, { cwd: folder, env: { PATH: path }, quiet: 'always' });
  if ((await run(load, { quiet: 'always' })) === 0) return;
  console.log('It cannot be had on this machine: the suites that train or compare with it are skipped.');
}

/** Runs vitest and gives what its JSON report says of each file. */
async function runSuites() {
  console.log('\n── tests');
  const file = join(cache, 'vitest.json');
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run(tool('vitest', 'run', ...reporters, ...process.argv.slice(2)));
  if (code !== 0) failed.push('tests');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : [];
}

/** A file that fails before its first test counts as one failed test: vitest's own figures leave it out. */
function count(files) {
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const broken = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + broken.length,
    skipped: skipped.length,
    skippedSuites: new Set(skipped.map(({ ancestorTitles, title }) => ancestorTitles[0] ?? title)),
  };
}

function report(counts) {
  console.log('\n── summary');
  for (const suite of counts.skippedSuites) console.log(`skipped: ${suite}`);
  for (const name of failed) console.log(`failed: ${name}`);
  // A check that failed is a failure too, and so is a run that died without a failed test.
  const checks = failed.filter((name) => name !== 'tests' || counts.failed === 0).length;
  console.log(`${counts.passed} passed, ${counts.failed + checks} failed, ${counts.skipped} skipped`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
