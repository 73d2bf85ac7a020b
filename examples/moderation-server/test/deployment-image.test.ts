import { once } from 'node:events';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { freePort } from '../load-test/free-port.mjs';
import { ROOT } from './deployment-files.js';
import { buildImage, type Image } from './deployment-image.js';
import { getOnce } from './start-server.js';

const MB = 1e6;
/** Of `gcr.io/distroless/nodejs22-debian12` unpacked, as `docker images` shows it. */
const BASE_MB = 141;

describeWith('namespaces', 'the image', () => {
  let image: Image;
  /** Its files, folders and links, each once: a link is not followed. */
  let paths: string[];

  beforeAll(async () => {
    image = await buildImage();
    paths = await walk(image.tree);
  }, 300_000);
  afterAll(() => image?.remove());

  const packages = (): string[] =>
    paths.flatMap(
      (path) => /^node_modules\/\.pnpm\/[^/]+\/node_modules\/((?:@[^/]+\/)?[^@/]+)$/.exec(path)?.[1] ?? [],
    );

  it('weighs at most 250 MB with its base, unpacked (D3)', async () => {
    const sizes = await Promise.all(paths.map(async (path) => (await lstat(join(image.tree, path))).size));
    const own = sizes.reduce((sum, size) => sum + size, 0) / MB;
    expect(own).toBeGreaterThan(10);
    expect(own).toBeLessThan(40);
    expect(own + BASE_MB).toBeLessThan(250);
    const guide = await readFile(join(ROOT, 'docs/guide/deployment.md'), 'utf8');
    expect(guide).toContain(`${BASE_MB} MB of the base and less than 40 MB of ours`);
  });

  it('holds what serves, and nothing that builds or tests', () => {
    expect(packages()).toEqual(
      expect.arrayContaining(['fastify', '@toxicity-guard/core', '@toxicity-guard/fastify', 'mongodb']),
    );
    const tools =
      /typescript|tsup|esbuild|rollup|vitest|biome|playwright|axe-core|tensorflow|kubernetes|dockerfile|^@types\/node$|^p?npm$/;
    expect(packages().filter((name) => tools.test(name))).toEqual([]);
    const unwanted =
      /\.(ts|mts|cts|map|test\.\w+|spec\.\w+|node|sh|tgz)$|\/(tests?|__tests__|\.bin)$|(^|\/)\.(git|env|npmrc)/;
    expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
  });

  it('has the packages in the versions of the lockfile', async () => {
    const lockfile = await readFile(join(ROOT, 'pnpm-lock.yaml'), 'utf8');
    const folders = (await readdir(join(image.tree, 'node_modules/.pnpm'))).filter((name) =>
      /@\d/.test(name),
    );
    expect(folders.length).toBeGreaterThan(50);
    const missing = folders
      .map((name) => (name.split('_')[0] as string).replace('+', '/'))
      .filter((name) => !lockfile.includes(`  ${name}:`) && !lockfile.includes(`  '${name}':`));
    expect(missing).toEqual([]);
  });

  it('belongs to root and lets nobody else write', async () => {
    for (const path of paths) {
      const { uid, mode } = await lstat(join(image.tree, path));
      const isOpen = (mode & 0o170000) !== 0o120000 && (mode & 0o022) !== 0;
      expect([path, uid, isOpen]).toEqual([path, 0, false]);
    }
  });

  it('serves where it can write to nothing, without a shell and as another user, and says whether it is ready (C1, C5, D3)', async () => {
    const port = String(await freePort());
    const health = async (...seconds: string[]): Promise<number> => {
      const [code] = await once(image.run(['deployment/health.mjs', ...seconds], { PORT: port }), 'close');
      return code;
    };
    const root = image.run([
      '-p',
      'JSON.stringify([process.getuid(), process.cwd(), fs.readdirSync("/").sort()])',
    ]);
    expect(JSON.parse(await text(root.stdout as NodeJS.ReadableStream))).toEqual([
      65532,
      '/app',
      expect.not.arrayContaining(['bin', 'etc', 'tmp']),
    ]);
    const writes = image.run([
      '-e',
      'for (const p of ["/app/x", "/x", "/app/server.mjs"]) try { fs.writeFileSync(p, ""); console.log(p) } catch (e) { console.log(e.code) }',
    ]);
    expect(await text(writes.stdout as NodeJS.ReadableStream)).toMatch(/^((EROFS|EACCES)\n){3}$/);

    expect(await health()).toBe(1);
    const server = image.run(image.command, { PORT: port, DRAIN_IDLE_MS: '100', WORKERS_MAXIMUM: '2' });
    const log = text(server.stderr as NodeJS.ReadableStream);
    // As systemd asks, which waits until it is.
    expect(await health('60')).toBe(0);
    const answer = await getOnce(`http://127.0.0.1:${port}/predict?text=hello`);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      200,
      { prediction: { action: 'allow' } },
    ]);
    expect((await getOnce(`http://127.0.0.1:${port}/`)).body).toContain('<html');
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await log).not.toMatch(/"level":[456]0/);
  }, 120_000);
});

async function walk(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...(await walk(root, path))] : [path];
    }),
  );
  return nested.flat();
}
