import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, read } from '../markdown.js';

const execute = promisify(execFile);

/** A package that is published, as its folder has it. */
export interface Published {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifest = (path: string) => JSON.parse(read(`${path}package.json`));

/** Every package that is published. */
export const PUBLISHED: readonly Published[] = readdirSync(join(ROOT, 'packages'))
  .filter((folder) => existsSync(join(ROOT, 'packages', folder, 'package.json')))
  .map((folder) => ({ ...manifest(`packages/${folder}/`), folder }))
  .filter((published) => published.private !== true);

/** What a program needs beside a package, by the package's folder: names of its development dependencies. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  express: ['@types/express'],
  nest: ['@nestjs/platform-express', 'reflect-metadata', 'rxjs'],
};

/** A folder as a user has it, with a packed copy of every package installed. */
export interface Project {
  readonly folder: string;
  /** Runs Node in it, to its end; rejects where that fails. */
  node(...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** Runs a command that a package brought, with something on its standard input. */
  command(name: string, args: readonly string[], input: string): Promise<{ stdout: string; stderr: string }>;
  write(file: string, content: string | Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** Packs every package and installs the copies, with the frameworks at the versions that they are developed with. */
export async function installPacked(tensorFlow: string): Promise<Project> {
  const unbuilt = PUBLISHED.find(({ folder }) => !existsSync(join(ROOT, 'packages', folder, 'dist')));
  if (unbuilt) throw new Error(`${unbuilt.name} is not built. Run \`npm test\`, or \`npm run build\` first.`);
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-consumers-'));
  const tarballs = join(folder, 'tarballs');
  await pnpm(ROOT, '-r', '--filter', './packages/*', 'pack', '--pack-destination', tarballs);
  const packed = Object.fromEntries(
    PUBLISHED.map(({ name, version }) => {
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
      return [name, `file:${join(tarballs, file)}`];
    }),
  );
  const { devDependencies: tools } = manifest('');
  const dependencies = {
    ...Object.assign({}, ...PUBLISHED.map(surroundings)),
    ...packed,
    ...(tensorFlow !== '' && { '@tensorflow/tfjs-node': `link:${tensorFlow}` }),
    '@types/node': tools['@types/node'],
    typescript: tools.typescript,
  };
  const write = (file: string, content: string | Uint8Array) => writeFile(join(folder, file), content);
  // The copies, and not what a registry may have, also where one of them needs another.
  await write('package.json', JSON.stringify({ private: true, dependencies, pnpm: { overrides: packed } }));
  await write(
    '.npmrc',
    [
      'auto-install-peers=false',
      // A package finds what it declares and nothing else, but for what Nest's types import undeclared.
      'hoist-pattern[]=@standard-schema/*',
      'ignore-scripts=true',
      'prefer-offline=true',
    ].join('\n'),
  );
  await pnpm(folder, 'install');
  await cp(new URL('programs', import.meta.url), join(folder), { recursive: true });
  return {
    folder,
    // TensorFlow tells standard error what processor it has found.
    node: (...args) =>
      execute(process.execPath, args, { cwd: folder, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '1' } }),
    command(name, args, input) {
      const running = execute(join(folder, 'node_modules', '.bin', name), [...args], { cwd: folder });
      running.child.stdin?.end(input);
      return running;
    },
    write,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The frameworks that a package stands on, and what a program needs beside it. */
function surroundings(published: Published): Record<string, string> {
  const { folder, peerDependencies = {}, peerDependenciesMeta = {}, devDependencies = {} } = published;
  const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
  const names = [...peers, ...(BESIDE[folder] ?? [])];
  return Object.fromEntries(names.map((name) => [name, devDependencies[name] as string]));
}

async function pnpm(cwd: string, ...args: string[]): Promise<void> {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  await execute('npx', ['--yes', packageManager, ...args], { cwd });
}
