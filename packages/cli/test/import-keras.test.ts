import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../../trainer/test/keras/keras-models.js';
import { runCli } from './run-cli.js';

const guide = new URL('../../../docs/guide/keras.md', import.meta.url);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-import-keras-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('toxicity-guard import-keras', { timeout: 60_000 }, () => {
  it('writes a model, and says what it has imported as the guide shows', async () => {
    const file = await unpack('keras-2/one-convolution.h5', folder);
    const out = join(folder, 'models', 'comments');
    const { code, stdout, stderr } = await runCli(['import-keras', file, '--out', out]);
    expect(stderr).toMatch(/^reading weights: 100 %$/m);
    expect(stderr).not.toContain('toxicity-guard:');
    expect(code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['group1-shard1of1.bin', 'model.json']);
    expect(await readFile(guide, 'utf8')).toContain(stdout.replace(out, 'models/comments'));
  });

  it('refuses a layer in one line, and writes nothing', async () => {
    const file = await unpack('keras-3/lambda-layer.keras', folder);
    const out = join(folder, 'lambda');
    const before = await readdir(folder);
    const { code, stdout, stderr } = await runCli(['import-keras', file, '--out', out]);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `toxicity-guard: ${file} cannot be imported: the layer lambda (Lambda) runs Python code, which is never ` +
        'executed here. Replace it by a layer of Keras (MODEL_INCOMPATIBLE)\n',
    );
    expect(code).toBe(1);
    expect(await readdir(folder)).toEqual(before);
  });

  it.each([
    { args: ['-o', 'none'], code: 2, says: "missing required argument 'file'" },
    { args: ['model.h5'], code: 2, says: "required option '-o, --out <folder>' not specified" },
    { args: ['none.h5', '-o', 'none'], code: 1, says: 'there is no such file (MODEL_UNREADABLE)' },
    { args: ['none.h5', '-o', 'package.json'], code: 1, says: 'package.json is a file, not a folder' },
  ])('refuses $args with $code and a sentence', async ({ args, code, says }) => {
    const found = await runCli(['import-keras', ...args]);
    expect(found.stdout).toBe('');
    expect(found.stderr).toContain(says);
    expect(found.stderr).toMatch(/^toxicity-guard: /m);
    expect(found.code).toBe(code);
  });

  it('has a help with an example', async () => {
    const { code, stdout } = await runCli(['import-keras', '--help']);
    expect(stdout).toContain('$ toxicity-guard import-keras model.h5 --out models/comments');
    expect(code).toBe(0);
  });
});
