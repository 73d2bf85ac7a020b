import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const RUDE = ['You are a stupid idiot', 'What a pathetic loser you are', 'Shut up, you moron'];
const KIND = ['Thank you for the kind answer', 'The museum opens at nine', 'I like this recipe'];

let folder: string;
let comments: string;
let spans: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-evaluate-'));
  comments = join(folder, 'comments.csv');
  spans = join(folder, 'spans.csv');
  const rows = Array.from({ length: 20 }, (_, index) => [
    ...RUDE.map((text) => `own,dev,1,0,0,0,1,0,"${text}, number ${index}"`),
    ...KIND.map((text) => `own,dev,0,0,0,0,0,0,"${text}, number ${index}"`),
    'own,train,0,,,,,,"Left out"',
  ]).flat();
  await writeFile(
    comments,
    `source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text\n${rows.join('\n')}\n`,
  );
  await writeFile(
    spans,
    'split,spans,text\ndev,"[10, 11, 12, 13, 14, 15]","You are a stupid man"\ndev,[],Fine\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('toxicity-guard evaluate', { timeout: 120_000 }, () => {
  it('measures the bundled model and writes report and card', async () => {
    const report = join(folder, 'report');
    const card = join(folder, 'card.md');
    const options = ['--split', 'dev', '--bootstrap', '20', '--report', report, '--card', card];
    const { code, stdout, stderr } = await runCli(['evaluate', comments, spans, ...options]);
    expect(stderr).not.toContain('toxicity-guard:');
    expect(stderr).toMatch(/^judging: 100 %$/m);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^toxicity-guard-en@/);
    expect(stdout).toMatch(/\| toxic \| 120 \| 60 \| (1\.000|0\.\d{3}) \(/);
    expect(stdout).toContain('errors.csv holds texts of your files.');
    expect((await readdir(report)).sort()).toEqual([
      'errors.csv',
      'figures.json',
      'reliability.svg',
      'report.md',
      'roc.svg',
      'scores.svg',
    ]);
    const figures = JSON.parse(await readFile(join(report, 'figures.json'), 'utf8'));
    expect(figures.sources[0].labels.toxic.auc.value).toBeGreaterThan(0.95);
    expect(figures.robustness.disguises).toHaveLength(22);
    expect(figures.spans.texts).toBe(2);
    expect(figures.data.files[0]).toMatchObject({ name: 'comments.csv', rows: 120 });
    expect(JSON.stringify(figures)).not.toContain(folder);
    expect(await readFile(card, 'utf8')).toContain('## Intended use');
  });

  it('says the same twice, and takes a model folder', async () => {
    const model = fileURLToPath(new URL('../../core/model/', import.meta.url));
    const common = ['evaluate', comments, '--bootstrap', '5', '--no-robustness'];
    const [first, second] = await Promise.all([runCli(common), runCli([...common, '--model', model])]);
    expect(first.code).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(first.stdout).not.toContain('disguise');
  });

  it.each([
    { args: ['evaluate'], code: 2, says: "missing required argument 'files'" },
    { args: ['evaluate', 'x.csv', '--bootstrap', '-1'], code: 2, says: 'a whole number of 0 or more' },
    { args: ['evaluate', 'x.csv', '--seed', '0'], code: 2, says: 'a whole number of 1 or more' },
    { args: ['evaluate', 'none.csv'], code: 1, says: 'There is no file none.csv' },
    { args: ['evaluate', 'none.csv', '--model', 'none'], code: 1, says: '(MODEL_UNREADABLE)' },
  ])('refuses $args with $code and a sentence', async ({ args, code, says }) => {
    const found = await runCli(args);
    expect(found.stdout).toBe('');
    expect(found.stderr).toContain(says);
    expect(found.stderr).toMatch(/^toxicity-guard: /m);
    expect(found.code).toBe(code);
  });
});
