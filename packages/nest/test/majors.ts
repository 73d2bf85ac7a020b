import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { nest11 } from './nest11/nest11.js';
import { type Nest, nest12 } from './nest12.js';

/** The package under test: the built one, because a build may lose what the sources have, such as metadata. */
export type Guard = typeof import('../src/index.js');

export interface Major {
  readonly nest: Nest;
  readonly guard: Guard;
}

/** Both majors of Nest, each with a copy of the built package that imports that major. For `describe.each`. */
export async function loadMajors(): Promise<[name: string, major: Major][]> {
  const majors: [string, Major][] = [];
  for (const nest of [nest12, nest11]) {
    const folder = await installBuilt(nest.modules, ['common', 'core', 'microservices', 'websockets']);
    afterAll(() => rm(folder, { recursive: true, force: true }));
    const entry = join(folder, 'node_modules', '@toxicity-guard', 'nest', 'dist', 'index.js');
    majors.push([nest.name, { nest, guard: await import(pathToFileURL(entry).href) }]);
  }
  return majors;
}

/** Makes a folder in which the built package is installed beside some of Nest's. */
export async function installBuilt(modules: URL, peers: readonly string[]): Promise<string> {
  const built = fileURLToPath(new URL('../', import.meta.url));
  if (!existsSync(join(built, 'dist', 'index.js'))) {
    throw new Error('@toxicity-guard/nest is not built. Run `npm test`, or `npm run build` first.');
  }
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-nest-'));
  const installed = join(folder, 'node_modules');
  const copy = join(installed, '@toxicity-guard', 'nest');
  await mkdir(copy, { recursive: true });
  await mkdir(join(installed, '@nestjs'));
  // A copy: a link would lead Node to the packages that lie beside the original.
  for (const name of ['package.json', 'dist']) {
    await cp(join(built, name), join(copy, name), { recursive: true });
  }
  await symlink(join(built, '..', 'core'), join(installed, '@toxicity-guard', 'core'), 'junction');
  for (const peer of peers) {
    const target = fileURLToPath(new URL(`@nestjs/${peer}`, modules));
    await symlink(target, join(installed, '@nestjs', peer), 'junction');
  }
  return folder;
}
