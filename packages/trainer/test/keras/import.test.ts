import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldedKeras, registerKerasGru } from '@toxicity-guard/core';
import { type ImportedModel, importKeras } from '@toxicity-guard/trainer/keras';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../../../../test/requirements.js';
import { answersOf, type SavedArray, unpack } from './keras-models.js';

const TOLERANCE = 1e-5;
/** The models of a single convolution, which `foldedKeras` runs. */
const FOLDED = ['masked-convolution', 'one-convolution', 'one-convolution-of-vectors'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const imports = new Map<string, Promise<ImportedModel & { readonly out: string }>>();

/** Imports a model such as `keras-2/gru.h5`, once. */
function imported(name: string): Promise<ImportedModel & { readonly out: string }> {
  const known = imports.get(name);
  if (known !== undefined) return known;
  const made = unpack(name, folder).then(async (file) => {
    const out = `${file}-imported`;
    return { ...(await importKeras(file, { out })), out };
  });
  imports.set(name, made);
  return made;
}

/** The rows of an array, as a network over sequences takes them. */
function rowsOf({ shape: [rows = 0], values }: SavedArray, Kind: typeof Int32Array | typeof Float32Array) {
  const size = values.length / rows;
  return Array.from({ length: rows }, (_, row) => Kind.from(values.slice(row * size, (row + 1) * size)));
}

function farthest(found: ArrayLike<number>, { values }: SavedArray): number {
  expect(found).toHaveLength(values.length);
  return Math.max(...values.map((value, at) => Math.abs(value - found[at]!)));
}

it('is held to as many models as the decision says', async () => {
  const record = new URL('../../../../docs/decisions/0017-reading-keras-files.md', import.meta.url);
  const [two, three] = await Promise.all([answersOf(2), answersOf(3)]);
  expect(await readFile(record, 'utf8')).toContain(
    `The tests hold ${Object.keys(two).length} models of Keras 2.15 and ${Object.keys(three).length} of Keras 3.15 to`,
  );
});

for (const keras of [2, 3] as const) {
  const answers = await answersOf(keras);
  const files = readdirSync(new URL(`models/keras-${keras}/`, import.meta.url)).flatMap((name) => {
    const [model = ''] = name.split('.');
    return name.endsWith('.gz') && model in answers ? [name.replace(/\.gz$/, '')] : [];
  });
  const answerOf = (file: string) => answers[file.split('.')[0] as string]!;

  describeWith('tfjs-node', `a model of Keras ${keras}, imported and run by TensorFlow.js`, () => {
    it.each(files)(
      'answers as Keras does: %s',
      async (file) => {
        const tf = await import('@tensorflow/tfjs-node');
        const { inputs, out } = await imported(`keras-${keras}/${file}`);
        const { inputs: given, outputs: expected } = answerOf(file);
        expect(inputs).toHaveLength(given.length);
        registerKerasGru(tf);
        const model = await tf.loadLayersModel(`file://${out}/model.json`);
        const tensors = given.map(({ values, shape }, index) =>
          tf.tensor(values, shape, inputs[index]?.kind === 'indexes' ? 'int32' : 'float32'),
        );
        // Fewer than there are, so that a batch follows another.
        const found = [model.predict(tensors, { batchSize: 3 })].flat();
        expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
        for (const [index, output] of expected.entries()) {
          expect(farthest(await found[index]!.data(), output)).toBeLessThan(TOLERANCE);
        }
        tf.dispose([...tensors, ...found]);
        model.dispose();
      },
      120_000,
    );
  });

  describe(`a model of Keras ${keras} and foldedKeras`, { timeout: 120_000 }, () => {
    it.each(files.filter((file) => FOLDED.includes(file.split('.')[0] as string)))(
      'answer as Keras does: %s',
      async (file) => {
        const { inputs, out, problems } = await imported(`keras-${keras}/${file}`);
        expect(problems.foldedKeras).toBeUndefined();
        const network = await foldedKeras({ model: out }).load();
        const { inputs: given, outputs: expected } = answerOf(file);
        expect(network.input).toBe(inputs[0]?.kind);
        const rows = rowsOf(given[0]!, network.input === 'indexes' ? Int32Array : Float32Array);
        expect(farthest(await network.predict(rows), expected[0]!)).toBeLessThan(TOLERANCE);
        await network.close();
      },
    );

    it.each(files.filter((file) => !FOLDED.includes(file.split('.')[0] as string)))(
      'agree on why not: %s',
      async (file) => {
        const { out, problems } = await imported(`keras-${keras}/${file}`);
        await expect(foldedKeras({ model: out }).load()).rejects.toThrow(problems.foldedKeras);
        expect(problems.foldedKeras).toMatch(/^The network cannot be folded: /);
      },
    );
  });
}
