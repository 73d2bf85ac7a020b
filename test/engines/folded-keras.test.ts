import { foldedKeras, tensorflow } from '@toxicity-guard/core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { kerasModel, type Layer } from '../../packages/core/test/keras-model.js';
import { randomOf } from '../../packages/core/test/small-model.js';
import { describeWith } from '../requirements.js';
import { theirTensorFlow } from './their-tensorflow.js';

/** How far the folded network may be from TensorFlow, in probability. */
const TOLERANCE = 1e-4;

const activation = fc.constantFrom('linear', 'relu', 'tanh', 'sigmoid');

const network = fc.record({
  seed: fc.integer(),
  scale: fc.constantFrom(0.3, 1, 3),
  input: fc.constantFrom('indexes', 'vectors'),
  length: fc.integer({ min: 1, max: 20 }),
  dimensions: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 0, max: 12 }),
  filters: fc.integer({ min: 1, max: 9 }),
  padding: fc.constantFrom('valid', 'same'),
  activation,
  pool: fc.constantFrom('GlobalMaxPooling1D', 'GlobalAveragePooling1D', 'MaxPooling1D', 'AveragePooling1D'),
  normalised: fc.constantFrom('no', 'words', 'positions', 'pooled'),
  activated: fc.boolean(),
  dense: fc.array(fc.record({ units: fc.integer({ min: 1, max: 9 }), activation }), { maxLength: 2 }),
  outputs: fc.integer({ min: 1, max: 7 }),
});
type Shape = typeof network extends fc.Arbitrary<infer T> ? T : never;

/** Writes a network of random weights, and gives its folder. */
async function written(shape: Shape): Promise<string> {
  const { length, dimensions, filters, padding, pool, normalised } = shape;
  const random = randomOf(shape.seed);
  const layers: Layer[] = [];
  const arrays: { name: string; shape: number[]; data: Float32Array }[] = [];
  const add = (class_name: string, config: Record<string, unknown>): string => {
    const name = `layer${layers.length}`;
    layers.push({ class_name, config: { name, ...config } });
    return name;
  };
  const array = (name: string, least: number, most: number, ...sizes: number[]): void => {
    const size = sizes.reduce((product, one) => product * one, 1);
    const data = Float32Array.from({ length: size }, () => least + (most - least) * random());
    arrays.push({ name, shape: sizes, data });
  };
  const reals = (name: string, ...sizes: number[]): void => array(name, -shape.scale, shape.scale, ...sizes);
  const normalise = (size: number): void => {
    const name = add('BatchNormalization', { axis: -1, epsilon: 0.01, center: true, scale: true });
    for (const kind of ['gamma', 'beta', 'moving_mean']) array(`${name}/${kind}`, -1, 1, size);
    array(`${name}/moving_variance`, 0.2, 2, size);
  };
  const dense = (inputs: number, units: number, name: string): void => {
    reals(`${name}/kernel`, inputs, units);
    reals(`${name}/bias`, units);
  };

  if (shape.input === 'vectors')
    add('InputLayer', { batch_input_shape: [null, length, dimensions], dtype: 'float32' });
  else {
    const batch_input_shape = [null, length];
    const embedding = add('Embedding', { input_dim: 30, output_dim: dimensions, batch_input_shape });
    reals(`${embedding}/embeddings`, 30, dimensions);
  }
  if (normalised === 'words') normalise(dimensions);
  add('SpatialDropout1D', { rate: 0.3 });
  const width = padding === 'same' ? shape.width : Math.min(shape.width, length);
  let size = dimensions;
  if (width > 0) {
    const config = { filters, kernel_size: [width], strides: [1], padding, use_bias: true };
    const name = add('Conv1D', { ...config, activation: shape.activation });
    reals(`${name}/kernel`, width, dimensions, filters);
    reals(`${name}/bias`, filters);
    size = filters;
  }
  if (normalised === 'positions') normalise(size);
  if (shape.activated) add('Activation', { activation: 'tanh' });
  const positions = width > 0 && padding === 'valid' ? length - width + 1 : length;
  const isGlobal = pool.startsWith('Global');
  add(pool, isGlobal ? {} : { pool_size: [positions], strides: [positions], padding: 'valid' });
  if (!isGlobal) add('Flatten', {});
  if (normalised === 'pooled') normalise(size);
  for (const { units, activation: applied } of shape.dense) {
    dense(size, units, add('Dense', { units, activation: applied, use_bias: true }));
    add('Dropout', { rate: 0.5 });
    size = units;
  }
  dense(size, shape.outputs, add('Dense', { units: shape.outputs, activation: 'sigmoid', use_bias: true }));
  return await kerasModel(layers, arrays);
}

describeWith('tfjs-node', 'foldedKeras() beside tfjs-node', () => {
  let tf: ReturnType<typeof theirTensorFlow>;

  beforeAll(() => {
    tf = theirTensorFlow();
  });

  it('gives the same scores for networks of any shape and random weights', async () => {
    let widest = 0;
    await fc.assert(
      fc.asyncProperty(network, async (shape) => {
        const model = await written(shape);
        const reference = await tensorflow({ tf, model }).load();
        const folded = await foldedKeras({ model, cacheBytes: 2_000 }).load();
        const { length, dimensions } = shape;
        const random = randomOf(shape.seed + 1);
        const sequences = Array.from({ length: 12 }, (_, row) => {
          const words = Math.floor((length * row) / 11);
          if (shape.input === 'vectors') {
            const numbers = new Float32Array(length * dimensions);
            for (let at = (length - words) * dimensions; at < numbers.length; at++)
              numbers[at] = random() * 2 - 1;
            return numbers;
          }
          const indexes = new Int32Array(length);
          for (let at = length - words; at < length; at++) indexes[at] = Math.floor(random() * 30);
          return indexes;
        });
        const [expected, got] = [await reference.predict(sequences), await folded.predict(sequences)];
        await reference.close();
        expect(got).toHaveLength(expected.length);
        const distance = Math.max(...expected.map((score, at) => Math.abs(score - (got[at] as number))));
        expect(distance).toBeLessThan(TOLERANCE);
        widest = Math.max(widest, Math.max(...expected) - Math.min(...expected));
      }),
      { numRuns: 60 },
    );
    // Or everything would be the same score.
    expect(widest).toBeGreaterThan(0.9);
  }, 300_000);
});
