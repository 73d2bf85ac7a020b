// npm test: installs everything, builds, checks and runs every suite. Needs only Node and npm.
// Arguments go to vitest: npm test -- packages/core
import './node-version.mjs';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const workspace = await import('./workspace.mjs');
const { cache, installKey, passSignals, pnpm, readStamp, root, run, stampBuilds, tool, writeStamp } =
  workspace;

const packages = ['core', 'express', 'trainer', 'cli'];
const failed = [];

passSignals();
await step('install', () => run(pnpm('install', '--frozen-lockfile')));
if (failed.length > 0) finish({ passed: 0, failed: 0, skipped: 0, missing: [] });
writeStamp({ ...readStamp(), install: installKey() });
await installTensorFlow();
await step('build', () => run(pnpm('-r', '--filter', './packages/*', 'build')));
if (failed.length === 0) stampBuilds(packages);
await step('lint', () => run(tool('@biomejs/biome', 'check', '.')));
await step('types', () => run(tool('typescript', '-p', 'tsconfig.json')));
await step('packages', () => run([process.execPath, join(root, 'scripts', 'check-packages.mjs')]));
finish(await suites());

/** Runs one check and notes whether it failed; the others run all the same. */
async function step(name, action) {
  console.log(`\n── ${name}`);
  const code = await action();
  if (code !== 0) failed.push(name);
}

/** pnpm leaves tfjs-node's own installer alone; it is run here once, where the addon is missing. */
async function installTensorFlow() {
  const folder = join(root, 'packages', 'trainer', 'node_modules', '@tensorflow', 'tfjs-node');
  const loads = () =>
    run([process.execPath, '-e', `require(${JSON.stringify(folder)})`], { quiet: 'always' });
  if ((await loads()) === 0) return;
  console.log('\n── tfjs-node: fetching its native addon');
  const path = [join(folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  await run([process.execPath, join('scripts', 'install.js')], {
    cwd: folder,
    env: { PATH: path },
    quiet: 'always',
  });
  if ((await loads()) === 0) return;
  console.log(
    'tfjs-node has no native addon on this machine: the suites that train or compare with it are skipped.',
  );
}

async function suites() {
  console.log('\n── tests');
  const file = join(cache, 'vitest.json');
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run(tool('vitest', 'run', ...reporters, ...process.argv.slice(2)));
  if (code !== 0) failed.push('tests');
  return existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8'))) : count({ testResults: [] });
}

/** A file that fails before its first test counts as one failed test: vitest's own figures leave it out. */
function count({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + broken.length,
    skipped: skipped.length,
    missing: [...new Set(skipped.map(({ ancestorTitles }) => ancestorTitles[0] ?? 'a single test'))],
  };
}

function finish(result) {
  console.log('\n── summary');
  for (const suite of result.missing) console.log(`skipped: ${suite}`);
  for (const name of failed) console.log(`failed: ${name}`);
  // A check that failed is a failure too, and so is a run that died without a failed test.
  const checks = failed.filter((name) => name !== 'tests' || result.failed === 0).length;
  console.log(`${result.passed} passed, ${result.failed + checks} failed, ${result.skipped} skipped`);
  process.exit(failed.length > 0 ? 1 : 0);
}
