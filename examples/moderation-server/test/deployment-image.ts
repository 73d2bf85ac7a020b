import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import dockerignore from '@balena/dockerignore';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { ROOT, read } from './deployment-files.js';

const exec = promisify(execFile);
const most = { maxBuffer: 2 ** 26 };

/** The image, as far as it can be made without a container engine: its file tree, and a root to run it in. */
export interface Image {
  /** What the image has in its working directory. */
  readonly tree: string;
  /** Runs a command of Node in the image, on a file system of its own that nobody can write to, as the image's user. */
  run(args: readonly string[], env?: Record<string, string>): ChildProcess;
  /** What the image runs, as arguments of Node. */
  readonly command: readonly string[];
  remove(): Promise<void>;
}

/** Builds the image's file tree with the Dockerfile's own command, from what `.dockerignore` lets through. */
export async function buildImage(): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), 'moderation-image-'));
  const tree = join(folder, 'tree');
  const source = join(folder, 'source');
  const { build, final } = stages();
  const [command, ...others] = build
    .filter((line) => line.getKeyword() === 'RUN')
    .map((line) => line.getArgumentsContent());
  if (command == null || others.length > 0) throw new Error('The build stage is not one command.');
  try {
    await copyContext(source);
    await exec('sh', ['-c', command.replace('/tree', tree)], { cwd: source, ...most });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const contentOf = (keyword: string): string =>
    final.find((line) => line.getKeyword() === keyword)?.getArgumentsContent() ?? '';
  return {
    tree,
    command: JSON.parse(contentOf('CMD')),
    run(args, env = {}) {
      const setUp = enter({ tree, root: folder, workdir: contentOf('WORKDIR'), user: contentOf('USER') });
      return spawn('unshare', ['--mount', 'sh', '-euc', setUp, 'sh', ...args], {
        // Nothing of this process's own environment.
        env: { PATH: process.env.PATH, ...environment(final), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function stages(): { build: Instruction[]; final: Instruction[] } {
  const lines = DockerfileParser.parse(read('Dockerfile')).getInstructions();
  const last = lines.findLastIndex((line) => line.getKeyword() === 'FROM');
  return { build: lines.slice(0, last), final: lines.slice(last) };
}

function environment(lines: readonly Instruction[]): Record<string, string> {
  const set = lines
    .filter((line) => line.getKeyword() === 'ENV')
    .map((line) => line.getArgumentsContent() ?? '');
  return Object.fromEntries(set.map((pair) => pair.split('=') as [string, string]));
}

/** Copies what a builder is sent. */
async function copyContext(target: string): Promise<void> {
  const ignore = dockerignore().add(read('Dockerfile.dockerignore'));
  const copy = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(ROOT, path), { withFileTypes: true })) {
      const name = join(path, entry.name);
      // Left out by the file as well, and looked through in vain.
      if (entry.name === 'node_modules' || entry.name === '.git') continue;
      if (entry.isDirectory()) await copy(name);
      else if (!ignore.ignores(name)) {
        await mkdir(join(target, dirname(name)), { recursive: true });
        await copyFile(join(ROOT, name), join(target, name));
      }
    }
  };
  await copy('');
}

/**
 * A shell script that makes a root of nothing but the tree, Node and its libraries, all of it read-only, and runs
 * Node there with its arguments.
 */
function enter(image: { tree: string; root: string; workdir: string; user: string }): string {
  const root = `${image.root}/root`;
  return `
mkdir -p ${root}
mount -t tmpfs -o mode=755 none ${root}
bind() { mkdir -p "$(dirname "${root}$2")"; touch "${root}$2"; mount --bind "$1" "${root}$2"; }
bind ${process.execPath} /nodejs/bin/node
ldd ${process.execPath} | grep -o '/[^ ]*' | while read -r library; do bind "$library" "$library"; done
for device in null urandom; do bind /dev/$device /dev/$device; done
mkdir -p ${root}/proc ${root}${image.workdir}
mount --rbind /proc ${root}/proc
mount --bind ${image.tree} ${root}${image.workdir}
mount -o remount,ro,bind ${root}${image.workdir}
mount -o remount,ro ${root}
exec setpriv --no-new-privs --clear-groups \\
  unshare --root=${root} --wd=${image.workdir} --setgid=${image.user} --setuid=${image.user} /nodejs/bin/node "$@"
`;
}
