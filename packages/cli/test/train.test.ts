import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../../../test/requirements.js';
import { runCli } from './run-cli.js';

const home = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-train-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('toxicity-guard train', () => {
  it.each([
    { args: ['--out', 'x'], says: "required option '-c, --comments <file>' not specified" },
    { args: ['--comments', 'x'], says: "required option '-o, --out <folder>' not specified" },
    { args: ['--comments', 'x', '--out', 'y', '--epochs', '0'], says: 'a whole number of 1 or more' },
  ])('refuses $args with 2', async ({ args, says }) => {
    const { code, stderr } = await runCli(['train', ...args]);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });

  it('says how to get TensorFlow where it is not installed', async () => {
    const modules = join(folder, 'alone', 'node_modules');
    const trainer = join(home, '..', 'trainer');
    const alone = { cli: join(folder, 'alone', 'cli'), trainer: join(modules, '@toxicity-guard', 'trainer') };
    for (const [from, to, parts] of [
      [home, alone.cli, ['bin', 'dist', 'package.json']],
      [trainer, alone.trainer, ['dist', 'package.json']],
    ] as const) {
      for (const part of parts) await cp(join(from, part), join(to, part), { recursive: true });
    }
    await symlink(join(home, 'node_modules', 'commander'), join(modules, 'commander'));
    await symlink(join(trainer, 'node_modules', 'csv-parse'), join(modules, 'csv-parse'));
    await symlink(join(home, '..', 'core'), join(modules, '@toxicity-guard', 'core'));
    const { code, stderr } = await runCli(['train', '--comments', 'x', '--out', 'y'], [], alone.cli);
    expect(stderr).toBe(
      'toxicity-guard: Training needs the package @tensorflow/tfjs-node: npm install @tensorflow/tfjs-node@4.22.0\n',
    );
    expect(code).toBe(1);
    // What else the trainer does needs no TensorFlow.
    const evaluated = await runCli(['evaluate', 'none.csv'], [], alone.cli);
    expect(evaluated.stderr).toBe('toxicity-guard: There is no file none.csv\n');
  });
});

describeWith('tfjs-node', 'toxicity-guard train with TensorFlow', () => {
  it('names a file that is not there', async () => {
    const { code, stderr } = await runCli(['train', '--comments', join(folder, 'none.csv'), '--out', folder]);
    expect(stderr).toMatch(/^(reading comments\n)?toxicity-guard: .*none\.csv.*\n$/);
    expect(code).toBe(1);
  });

  it('writes a model that `score` takes', { timeout: 180_000 }, async () => {
    const comments = join(folder, 'comments.csv');
    const out = join(folder, 'model');
    await writeFile(comments, exampleComments());
    const trained = await runCli(['train', '--comments', comments, '--out', out, '--epochs', '1']);
    expect(trained.stderr).not.toContain('toxicity-guard:');
    expect(trained.stdout).toContain(out);
    expect(trained.code).toBe(0);
    expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).toHaveProperty('contentHash');
    const scored = await runCli(['score', '--model', out], ['{"text": "thank you friend"}\n']);
    expect(scored.stderr).toBe('');
    expect(scored.answers).toEqual([expect.objectContaining({ scores: expect.any(Object) })]);
  });
});

/** A few hundred comments that any classifier can tell apart, with every label on both sides and in both splits. */
function exampleComments(): string {
  const people = ['friend', 'neighbour', 'editor', 'reader', 'writer', 'author', 'colleague', 'stranger'];
  const rude = ['stupid', 'pathetic', 'useless', 'awful', 'rotten'];
  const kind = ['helpful', 'lovely', 'careful', 'honest', 'clever'];
  const rows = people.flatMap((person) =>
    [...rude, ...kind].flatMap((word) =>
      [0, 1, 2, 3, 4].map((variant) => {
        const label = rude.includes(word) ? 1 : 0;
        const split = variant === 0 ? 'dev' : 'train';
        const text = `you are a ${word} ${person} and this is remark ${variant}`;
        return `jigsaw,${split},${Array(6).fill(label).join(',')},${text}`;
      }),
    ),
  );
  return `source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text\n${rows.join('\n')}\n`;
}
