import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as plain from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { type TensorFlowLike, tensorflow } from '@toxicity-guard/core';
import { importKeras } from '@toxicity-guard/trainer/keras';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distanceFromKeras } from '../../packages/core/test/keras-network.js';
import { answersOf, unpack } from '../../packages/trainer/test/keras/keras-models.js';
import { describeWith } from '../requirements.js';
import { theirTensorFlow } from './their-tensorflow.js';

/** Networks with Keras's own GRU: by itself, with masks and settings of all kinds, both ways, and before pools. */
const MODELS = ['default-gru', 'stacked-grus', 'grus-both-ways', 'pooled-grus'];
const FILES = [2, 3].flatMap((keras) => MODELS.map((name) => ({ keras: keras as 2 | 3, name })));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-gru-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function answersAsKeras(tf: () => TensorFlowLike & { memory(): { numTensors: number } }): void {
  it.each(FILES)('answers as Keras $keras does: $name', async ({ keras, name }) => {
    const file = await unpack(`keras-${keras}/${name}.${keras === 2 ? 'h5' : 'keras'}`, folder);
    const model = await mkdtemp(join(folder, 'out-'));
    await importKeras(file, { out: join(model, 'model') });
    const network = await tensorflow({ tf, model: join(model, 'model') }).load();
    const { inputs, outputs } = (await answersOf(keras))[name] as NonNullable<
      Awaited<ReturnType<typeof answersOf>>[string]
    >;
    const [given, expected] = [inputs, outputs].map(([array]) => rowsOf(array as (typeof inputs)[number]));
    const before = tf().memory().numTensors;
    const distance = await distanceFromKeras(network, {
      sequences: given!.map((row) => Int32Array.from(row)),
      probabilities: expected!,
    });
    expect(distance).toBeLessThan(1e-5);
    expect(tf().memory().numTensors).toBe(before);
    await network.close();
  });
}

function rowsOf({ shape: [rows = 0], values }: { shape: number[]; values: number[] }): number[][] {
  const size = values.length / rows;
  return Array.from({ length: rows }, (_, row) => values.slice(row * size, (row + 1) * size));
}

describe.each(['wasm', 'cpu'])('the GRU of Keras on the backend %s', { timeout: 60_000 }, (backend) => {
  beforeAll(async () => {
    await plain.setBackend(backend);
  });

  answersAsKeras(() => plain);
});

describeWith('tfjs-node', 'the GRU of Keras on tfjs-node', () => {
  answersAsKeras(theirTensorFlow);
});
