// Packs every public package as it would be published, and lets publint and attw look at the tarballs.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passSignals, pnpm, root, run, tool } from './workspace.mjs';

const megabyte = 1024 * 1024;
/** The most that core may weigh when packed, with its model. */
const limits = { core: 12 * megabyte };

passSignals();
const folder = mkdtempSync(join(tmpdir(), 'toxicity-guard-packages-'));
let failures = 0;
try {
  for (const name of ['core', 'express', 'fastify', 'nest', 'trainer', 'cli']) await check(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function check(name) {
  const cwd = join(root, 'packages', name);
  const target = join(folder, name);
  if (!(await passes(`${name}: pack`, pnpm('pack', '--pack-destination', target), { cwd }))) return;
  const tarball = join(target, readdirSync(target)[0]);
  const size = statSync(tarball).size;
  console.log(`${name}: ${Math.ceil(size / 1024)} KB packed`);
  if (size > (limits[name] ?? Number.POSITIVE_INFINITY)) {
    failures += 1;
    console.error(`${name}: more than the ${limits[name] / megabyte} MB it may weigh`);
  }
  await passes(`${name}: publint`, tool('publint', 'run', tarball, '--strict'));
  const { exports } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  if (exports === undefined) return;
  // Node 10's resolution knows no subpaths and no supported Node uses it.
  await passes(`${name}: attw`, tool('@arethetypeswrong/cli', tarball, '--profile', 'node16', '--no-emoji'));
}

async function passes(title, command, options = {}) {
  const code = await run(command, { quiet: true, ...options });
  if (code !== 0) {
    failures += 1;
    console.error(`${title}: failed`);
  }
  return code === 0;
}
