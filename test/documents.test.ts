import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  type ClassifierOptions,
  createClassifier,
  createPolicy,
  type GuardOptions,
  guardOptionChecks,
  LABELS,
  type Label,
} from '@toxicity-guard/core';
import type { Manifest } from '@toxicity-guard/core/training';
import type { ToxicityGuardOptions } from '@toxicity-guard/express';
import type { ToxicityGuardOptions as FastifyToxicityGuardOptions } from '@toxicity-guard/fastify';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveGuardOptions } from '../packages/core/src/guard/options.js';
import type { TrainOptions } from '../packages/trainer/src/options.js';
import {
  anchors,
  blocks,
  documents,
  optionNames,
  prose,
  ROOT,
  read,
  relativeLinks,
  rows,
  section,
} from './markdown.js';
import { describeWith } from './requirements.js';
import { makeProject, type Project, runCommand } from './run-program.js';
import { CLEAN_TEXTS, TOXIC_TEXTS } from './toxic-texts.js';

const readme = read('README.md');
const all = documents();
const packages = readdirSync(join(ROOT, 'packages'));
const decisions = all.filter((path) => path.startsWith('docs/decisions/'));
/** What the TypeScript compiler makes of a program of Nest, whose decorators ask for the types of parameters. */
const withoutTypes = (code: string) =>
  ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  }).outputText;
const lineCount = (path: string) => read(path).trimEnd().split('\n').length;

describe('every document', () => {
  it.each(all)('%s leads to files and headings that are there', (path) => {
    const missing = relativeLinks(read(path)).filter((target) => {
      const [file = '', anchor] = target.split('#');
      const aim = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(join(ROOT, aim))) return true;
      return anchor !== undefined && !anchors(read(aim)).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it.each(all)('%s names paths of the repository that are there', (path) => {
    const named = prose(read(path)).matchAll(/`((?:packages|scripts|test|docs|bench|examples)\/[\w./-]+)`/g);
    const missing = Array.from(named, ([, name]) => name as string).filter(
      (name) => !existsSync(join(ROOT, name)),
    );
    expect(missing).toEqual([]);
  });

  it.each(all)('%s names scripts of npm that are there', (path) => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = Array.from(read(path).matchAll(/npm run (\w+)/g), ([, name]) => name as string);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('is as long as a reader has patience for', () => {
    expect(lineCount('README.md')).toBeLessThan(150);
    for (const name of packages) {
      const path = `packages/${name}/README.md`;
      expect(lineCount(path), path).toBeGreaterThanOrEqual(40);
      expect(lineCount(path), path).toBeLessThanOrEqual(80);
    }
    for (const path of decisions) expect(lineCount(path), path).toBeLessThanOrEqual(60);
  });
});

describe('the decision records', () => {
  it('are numbered without a gap and listed in the index under their titles', () => {
    const index = read('docs/README.md');
    const numbers = decisions.map((path) => posix.basename(path).slice(0, 4)).sort();
    expect(numbers).toEqual(numbers.map((_, at) => String(at + 1).padStart(4, '0')));
    for (const path of decisions) {
      const [, number, title] = /^# (\d{4}): (.+)$/m.exec(read(path)) ?? [];
      expect(index).toContain(`- [${number}](${posix.relative('docs', path)}) ${title}\n`);
    }
  });

  it.each(packages)('give a reason for every runtime dependency of %s', (name) => {
    const { dependencies, peerDependencies } = JSON.parse(read(`packages/${name}/package.json`));
    const given = read('docs/decisions/0002-runtime-dependencies.md');
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      expect(given).toContain(`\`${dependency}\``);
    }
  });
});

describe('the options tables', () => {
  // The compiler keeps these complete.
  const ofExpress: Record<Exclude<keyof ToxicityGuardOptions, keyof GuardOptions>, true> = {
    skip: true,
    handler: true,
  };
  const ofClassifier: Record<keyof ClassifierOptions, true> = {
    model: true,
    vocabulary: true,
    maxTextLength: true,
    overlay: true,
    engine: true,
    tokenizer: true,
    labels: true,
    thresholds: true,
    longTexts: true,
    languages: true,
    padding: true,
    truncating: true,
  };
  const ofTrainer: Record<keyof TrainOptions, true> = {
    comments: true,
    out: true,
    teacher: true,
    spans: true,
    templates: true,
    checkpoint: true,
    checkpointSeconds: true,
    report: true,
    settings: true,
    onProgress: true,
    signal: true,
  };
  const ofFastify: Record<Exclude<keyof FastifyToxicityGuardOptions, keyof GuardOptions>, true> = {
    skip: true,
    handler: true,
    hook: true,
    global: true,
  };
  const ofGuard = { ...guardOptionChecks, ...ofExpress };

  it.each([
    { path: 'README.md', heading: '## Options', options: ofGuard },
    { path: 'packages/express/README.md', heading: '## Options', options: ofGuard },
    {
      path: 'packages/fastify/README.md',
      heading: '## Options',
      options: { ...guardOptionChecks, ...ofFastify },
    },
    { path: 'packages/nest/README.md', heading: '## Options', options: { ...guardOptionChecks, skip: true } },
    { path: 'packages/core/README.md', heading: '## Judge a text', options: ofClassifier },
    { path: 'packages/trainer/README.md', heading: '## Train', options: ofTrainer },
  ])('of $path has every option and no other', ({ path, heading, options }) => {
    expect(optionNames(section(read(path), heading)).sort()).toEqual(Object.keys(options).sort());
  });

  it('of README.md has the defaults of the code', () => {
    const table = new Map(rows(section(readme, '## Options')).map(([name = '', value]) => [name, value]));
    for (const [name, value] of Object.entries(resolveGuardOptions({}))) {
      const shown = typeof value === 'string' ? `\`'${value}'\`` : `\`${value}\``;
      if (typeof value !== 'object' && value !== undefined)
        expect(table.get(`\`${name}\``), name).toBe(shown);
    }
  });
});

describe('the programs in the documents', () => {
  const program = blocks(readme, 'js')[0] as string;
  const problemOf = (path: string) =>
    JSON.parse(blocks(read(path), 'json').find((json) => json.includes('TOXIC_CONTENT')) as string);
  let project: Project;
  let server: Awaited<ReturnType<Project['serve']>>;
  const post = (body: string) =>
    fetch(`${server.url}/comments`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });

  beforeAll(async () => {
    project = await makeProject();
    server = await project.serve(program);
  });
  afterAll(async () => {
    await server?.stop();
    await project?.remove();
  });

  it('begin by line 20 of the README', () => {
    expect(readme.slice(0, readme.indexOf(program) + program.length).split('\n').length).toBeLessThanOrEqual(
      20,
    );
  });

  it.each(CLEAN_TEXTS)('let pass: %s', async (comment) => {
    const response = await post(JSON.stringify({ comment }));
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ comment });
  });

  it.each(TOXIC_TEXTS)('refuse as $label', async ({ text, label }) => {
    const response = await post(JSON.stringify({ comment: text }));
    expect(response.status).toBe(422);
    const body = await response.text();
    expect(JSON.parse(body).errors[0].labels).toContain(label);
    expect(body).not.toContain(text);
  });

  it.each(['README.md', ...['express', 'fastify', 'nest'].map((name) => `packages/${name}/README.md`)])(
    'refuse with the body that %s shows',
    async (path) => {
      const [, sent] = /-d '([^']+)'/.exec(readme) ?? [];
      const response = await post(sent as string);
      expect(response.status).toBe(422);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toEqual(problemOf(path));
    },
  );

  it('are the same in the README and in the package of Express', () => {
    const other = blocks(read('packages/express/README.md'), 'js')[0] as string;
    const lines = (text: string) => text.split('\n').filter((line) => line !== '');
    expect(lines(other)).toEqual(lines(program));
  });

  it.each([
    { name: 'Fastify', path: 'packages/fastify/README.md', language: 'js' },
    { name: 'Nest', path: 'packages/nest/README.md', language: 'ts' },
  ])('answer with $name as with Express', async ({ path, language }) => {
    const other = await project.serve(withoutTypes(blocks(read(path), language)[0] as string));
    const ask = async (url: string, comment: string): Promise<[number, string]> => {
      const response = await fetch(`${url}/comments`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ comment }),
      });
      return [response.status, await response.text()];
    };
    try {
      for (const text of [...CLEAN_TEXTS, ...TOXIC_TEXTS.map(({ text }) => text)]) {
        expect(await ask(other.url, text)).toEqual(await ask(server.url, text));
      }
    } finally {
      await other.stop();
    }
  });

  const printing = [
    'README.md',
    'packages/core/README.md',
    'docs/guide/own-words.md',
    'docs/guide/keras.md',
  ].flatMap((path) =>
    blocks(read(path), 'js')
      .filter((code) => code.includes('console.log('))
      .map((code, index) => ({ path, code, index })),
  );

  it.each(printing)('print what $path says, $index', async ({ code }) => {
    const said = Array.from(code.matchAll(/^console\.log\(.*\);\s+\/\/ (.*)$/gm), ([, output]) => output);
    expect(said.length).toBeGreaterThan(0);
    expect(await project.run(code)).toEqual({ stdout: `${said.join('\n')}\n`, stderr: '' });
  });

  it.each(['README.md', 'packages/cli/README.md'])('answer at the shell as %s shows', async (path) => {
    const shell = blocks(read(path), 'sh').join('\n');
    const [, input, shown = ''] = /^\$ echo '([^']+)' \| toxicity-guard score\n(.+)$/m.exec(shell) ?? [];
    const answer = (await runCommand(['score'], `${input}\n`)).trimEnd();
    // Scores may be cut short for the reader; the verdict may not.
    const verdictOf = (line: string) => line.slice(line.indexOf('"action"'));
    expect(verdictOf(answer)).toBe(verdictOf(shown));
    if (!shown.includes('…')) expect(answer).toBe(shown);
  });
});

describe('the speed in the README', () => {
  const shown = section(readme, '## Speed');
  const results = read('bench/results.md');

  it('is that of the bench', () => {
    const timed = rows(section(results, '## One comment, warm, in microseconds')).slice(1);
    expect(timed.length).toBeGreaterThan(0);
    expect(rows(shown).slice(1)).toEqual(
      timed.map(([words, ...times]) => [`${words} words`, ...times.slice(0, 3)]),
    );
    const sizes = rows(section(results, '## Start, memory and size, medians of 7 processes')).slice(1);
    const [ready, , full, packed] = sizes.map(([, figure]) => figure);
    expect(shown).toContain(`First verdict after ${ready}, model included; at most ${full} above`);
    expect(shown).toContain(`package ${packed}.`);
  });
});

describe('the accuracy in the README', () => {
  const manifest: Manifest = JSON.parse(read('packages/core/model/manifest.json'));
  const metrics = manifest.metrics as { devRows: number; auc: Record<Label, number>; meanAuc: number };
  const shown = section(readme, '## Accuracy and limits');

  it('is that of the manifest', () => {
    const figures = [...LABELS.map((label) => metrics.auc[label]), metrics.meanAuc];
    expect(rows(shown).slice(0, 2)).toEqual([
      [...LABELS, 'mean'],
      figures.map((figure) => figure.toFixed(3)),
    ]);
    expect(shown).toContain(`on ${metrics.devRows.toLocaleString('en')} Wikipedia talk-page comments`);
  });

  it('is that of the report, of other sources', () => {
    const report = rows(section(read('packages/core/model/report.md'), '## Every source'));
    const named = Array.from(shown.matchAll(/`(\w+)` (0\.\d\d)/g), ([, source, figure]) => ({
      source,
      figure,
    }));
    expect(named.length).toBeGreaterThan(0);
    for (const { source, figure } of named) {
      const toxic = report.find(([name]) => name === source)?.[2];
      expect(Number(toxic).toFixed(2), source).toBe(figure);
    }
  });

  it('is that of the corpus', () => {
    const { totals } = JSON.parse(read('test/corpus/rates.json')) as { totals: Record<string, number> };
    const shares = Array.from(
      shown.matchAll(/(\d+\.\d) % (?:of the (?:hateful|harmless)|that should)/g),
      ([, share]) => share,
    );
    const rates = ['hateful', 'harmless', 'must-flag', 'must-pass'].map((name) => totals[name] ?? Number.NaN);
    expect(shares).toEqual(rates.map((rate) => (100 * rate).toFixed(1)));
  });

  it('names every licence of the data', () => {
    const licence = section(readme, '## Licence');
    for (const { licence: given } of manifest.licences) {
      const names = given.match(/CC0|CC-BY-SA|CC-BY|MIT|CDLA-Permissive/g) ?? [];
      expect(names.length, given).toBeGreaterThan(0);
      for (const name of names) expect(licence).toContain(name.replace('CC-', 'CC '));
    }
  });

  describeWith('data', 'and its rates', (folder) => {
    it('are those of the dev comments', { timeout: 300_000 }, async () => {
      const { readComments } = await import('../packages/trainer/src/comments.js');
      const comments = await readComments(join(folder, 'comments.csv.gz'));
      const reference = comments.sources.indexOf('jigsaw');
      const dev = comments.texts
        .map((text, row) => ({ text, row }))
        .filter(({ row }) => comments.isDev[row] && comments.source[row] === reference);
      const classifier = createClassifier();
      const policy = createPolicy({}, (await classifier.ready()).thresholds);
      const answers = await classifier.classifyMany(dev.map(({ text }) => text));
      await classifier.close();
      const actions = answers.map(({ scores }) => policy.judge(scores)?.action);
      const isToxic = dev.map(({ row }) => comments.labels.subarray(row * 6, row * 6 + 6).includes(1));
      const rates = (toxic: boolean) => {
        const some = actions.filter((_, index) => isToxic[index] === toxic);
        const share = (reached: readonly unknown[]) =>
          `${((100 * reached.length) / some.length).toFixed(1)} %`;
        return [
          share(some.filter((action) => action !== undefined)),
          share(some.filter((action) => action === 'reject')),
        ];
      };
      expect(rows(shown).slice(-2)).toEqual([
        ['harmless comments', ...rates(false)],
        ['toxic comments', ...rates(true)],
      ]);
    });
  });
});
