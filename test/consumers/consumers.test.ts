import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../../packages/trainer/test/keras/keras-models.js';
import { requirement } from '../requirements.js';
import { CLEAN_TEXTS, TOXIC_TEXTS } from '../toxic-texts.js';
import { installPacked, type Project, PUBLISHED } from './project.js';

const { path: tensorFlow, reason } = requirement('tfjs-node');
const clean = CLEAN_TEXTS[0];
const toxic = TOXIC_TEXTS[0].text;

/** What the program of each package prints, from whatever kind of module it is run. */
const PROGRAMS: Readonly<Record<string, string>> = {
  core: 'allow 422\n',
  express: 'allow\n422\ntrue\n',
  fastify: 'allow\n422\ntrue\n',
  nest: 'allow\n422\n',
  trainer: 'function ENOENT 8\n',
};

/** Where CommonJS cannot be had with `node16`: Nest 12 is ES modules alone. */
const NODENEXT = ['nest'];

/** Where a framework's own declarations do not hold: TensorFlow's name types of a browser. */
const UNCHECKED = ['trainer'];

const libraries = PUBLISHED.filter((published) => published.exports !== undefined).map((published) => {
  const lacks = published.folder === 'trainer' && tensorFlow === '';
  return { ...published, lacks, shown: lacks ? `${published.name} (${reason})` : published.name };
});
const present = libraries.filter(({ lacks }) => !lacks);

describe('a project with packed copies of the packages', () => {
  let project: Project;
  beforeAll(async () => {
    project = await installPacked(tensorFlow);
    await project.write('model.keras', await bytesOf('keras-3/one-convolution.keras'));
  }, 300_000);
  afterAll(() => project?.remove());

  /** Compiles programs in the way of one kind of TypeScript project, every declaration of a library checked too. */
  async function compile(name: string, files: readonly string[], options: object): Promise<void> {
    const config = {
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        target: 'es2022',
        lib: ['es2023'],
        types: ['node'],
        esModuleInterop: true,
        experimentalDecorators: true,
        outDir: name,
        ...options,
      },
      files,
    };
    await project.write(`${name}.json`, JSON.stringify(config));
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = await project.node(tsc, '-p', `${name}.json`).catch((error) => error);
    expect(stdout.split('\n').slice(0, 20)).toEqual(['']);
  }

  /** A copy of a program that TypeScript takes for an ES module (`mts`) or for CommonJS (`cts`). */
  async function copies(extension: 'mts' | 'cts', of: readonly string[]): Promise<string[]> {
    const files = of.map((name) => `${name}.${extension}`);
    for (const [index, file] of files.entries()) {
      await project.write(file, readFileSync(join(project.folder, `${of[index]}.ts`), 'utf8'));
    }
    return files;
  }

  const names = present.map(({ folder }) => folder).filter((name) => !UNCHECKED.includes(name));
  const older = names.filter((name) => !NODENEXT.includes(name));
  const newer = names.filter((name) => NODENEXT.includes(name));
  const unchecked = present.map(({ folder }) => folder).filter((name) => UNCHECKED.includes(name));

  it('has a program for each of them', () => {
    expect(Object.keys(PROGRAMS).sort()).toEqual(libraries.map(({ folder }) => folder).sort());
  });

  describe('in TypeScript', { timeout: 240_000 }, () => {
    const node16 = { module: 'node16', moduleResolution: 'node16' };
    const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
    const bundler = { module: 'esnext', moduleResolution: 'bundler', noEmit: true };

    it('compiles with moduleResolution node16, as ES modules and as CommonJS', async () => {
      const files = [...(await copies('mts', names)), ...(await copies('cts', older))];
      await compile('node16', files, node16);
    });

    it('compiles as CommonJS with nodenext where a framework is ES modules alone', async () => {
      await compile('nodenext', await copies('cts', newer), nodenext);
    });

    it('compiles with moduleResolution bundler', async () => {
      const files = names.map((name) => `${name}.ts`);
      await compile('bundler', files, bundler);
    });

    it.skipIf(unchecked.length === 0)('compiles beside declarations that do not hold', async () => {
      const files = [...(await copies('mts', unchecked)), ...(await copies('cts', unchecked))];
      await compile('unchecked', files, { ...node16, skipLibCheck: true });
    });
  });

  describe.each(libraries)('$shown', ({ name, folder, lacks, exports = {} }) => {
    /** Runs the program as one of the compilers above has left it. */
    const run = (file: string) => {
      const path = ['node16', 'nodenext', 'unchecked']
        .map((compiled) => join(compiled, file))
        .find((each) => existsSync(join(project.folder, each)));
      return project.node(path ?? file, clean, toxic);
    };
    const subpaths = Object.keys(exports).filter((path) => !path.endsWith('.json'));

    it.skipIf(lacks)('works as an ES module', async () => {
      expect(await run(`${folder}.mjs`)).toEqual({ stdout: PROGRAMS[folder], stderr: '' });
    });

    it.skipIf(lacks)('works from CommonJS', async () => {
      expect(await run(`${folder}.cjs`)).toEqual({ stdout: PROGRAMS[folder], stderr: '' });
    });

    it.skipIf(lacks).each(subpaths)('gives the same names to import and to require: %s', async (subpath) => {
      const specifier = JSON.stringify(join(name, subpath).replaceAll('\\', '/'));
      const { stdout, stderr } = await project.node(
        '--eval',
        `import(${specifier}).then((module) => {
          const names = (of) => Object.keys(of).filter((key) => key !== 'module.exports').sort();
          console.log(JSON.stringify([names(module), names(require(${specifier}))]));
        })`,
      );
      const [imported, required] = JSON.parse(stdout);
      expect(imported.length).toBeGreaterThan(0);
      expect(required).toEqual(imported);
      expect(stderr).toBe('');
    });
  });

  it('has the command', async () => {
    const { stdout, stderr } = await project.command('toxicity-guard', ['score', '--plain'], `${toxic}\n`);
    expect(JSON.parse(stdout)).toMatchObject({ action: 'reject' });
    expect(stderr).toBe('');
  });
});
