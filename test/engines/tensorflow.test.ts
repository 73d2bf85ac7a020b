import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import util from 'node:util';
import {
  type SequenceNetwork,
  type TensorFlowLike,
  type TensorFlowOptions,
  tensorflow,
} from '@toxicity-guard/core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { changedNetwork, layerOf } from '../../packages/core/test/keras-model.js';
import {
  distanceFromKeras,
  KERAS_NETWORKS,
  kerasAnswers,
  kerasFolder,
} from '../../packages/core/test/keras-network.js';
import { temporaryFolder } from '../../packages/core/test/small-model.js';
import { describeWith } from '../requirements.js';
import { writeGraphModel } from './graph-model.js';
import { theirTensorFlow } from './their-tensorflow.js';

function coded(code: string, message: RegExp): object {
  return expect.objectContaining({
    name: 'ToxicityGuardError',
    code,
    message: expect.stringMatching(message),
  });
}

describeWith('tfjs-node', 'tensorflow() on tfjs-node', () => {
  let tf: ReturnType<typeof theirTensorFlow>;

  beforeAll(() => {
    tf = theirTensorFlow();
  });

  async function loaded(options: Partial<TensorFlowOptions> = {}): Promise<SequenceNetwork> {
    const network = await tensorflow({ tf, model: kerasFolder('classic'), ...options }).load();
    onTestFinished(() => network.close());
    return network;
  }

  // TensorFlow.js does not know causal padding.
  it.each(KERAS_NETWORKS.filter((name) => name !== 'causal-padding'))(
    'gives what Keras gave: %s',
    async (name) => {
      const network = await loaded({ model: kerasFolder(name) });
      expect(network).toMatchObject({
        id: expect.stringMatching(new RegExp(`^${name}\\+[0-9a-f]{12}$`)),
        length: 12,
        outputs: 6,
        ...(name === 'word-vectors'
          ? { input: 'vectors', dimensions: 6, words: undefined }
          : { input: 'indexes', dimensions: 0, words: 40 }),
      });
      expect(await distanceFromKeras(network, await kerasAnswers(name))).toBeLessThan(1e-5);
    },
  );

  it('runs a SavedModel', async () => {
    const network = await loaded({ model: kerasFolder('saved-model') });
    expect(network).toMatchObject({
      id: expect.stringMatching(/^saved-model\+[0-9a-f]{12}$/),
      input: 'indexes',
      length: 12,
      outputs: 6,
    });
    expect(await distanceFromKeras(network, await kerasAnswers('classic'))).toBeLessThan(1e-5);
  });

  it.each([false, true])('runs a GraphModel, with control flow: %s', async (withControlFlow) => {
    const model = await writeGraphModel(await temporaryFolder(), withControlFlow);
    const network = await loaded({ model });
    expect(network).toMatchObject({ input: 'vectors', length: 2, dimensions: 3, outputs: 2 });
    const answers = await network.predict([Float32Array.of(1, 0, 0, 0, 0, 0), new Float32Array(6)]);
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    for (const [at, expected] of [sigmoid(1), sigmoid(-1), 0.5, 0.5].entries()) {
      expect(answers[at]).toBeCloseTo(expected, 5);
    }
  });

  it('runs a model that the caller has loaded, and leaves it loaded', async () => {
    const handler = tf.io.fileSystem(join(kerasFolder('classic'), 'model.json'));
    const model = await tf.loadLayersModel(handler);
    const network = await tensorflow({ tf, model }).load();
    expect(network).toMatchObject({ id: 'tensorflow', length: 12, words: 40 });
    expect(await distanceFromKeras(network, await kerasAnswers('classic'))).toBeLessThan(1e-5);
    await network.close();
    expect(() => model.predict(tf.zeros([1, 12]))).not.toThrow();
    model.dispose();
  });

  it('loads from a function, also one that imports', async () => {
    const network = await loaded({ tf: async () => ({ default: tf }), id: 'mine', batchSize: 4 });
    expect(network).toMatchObject({ id: 'mine', batchSize: 4 });
  });

  it.each([
    { milliseconds: 0, least: 5, most: 16 },
    { milliseconds: 5, least: 1, most: 4 },
    { milliseconds: 30, least: 1, most: 1 },
  ])('gives the model $most sequences of $milliseconds ms at a time at most', async (each) => {
    const model = await tf.loadLayersModel(tf.io.fileSystem(join(kerasFolder('classic'), 'model.json')));
    const sizes: number[] = [];
    const slow = {
      inputs: model.inputs,
      layers: model.layers,
      dispose: () => model.dispose(),
      predict(input: ReturnType<typeof tf.zeros>) {
        sizes.push(input.shape[0] as number);
        const end = performance.now() + each.milliseconds * (input.shape[0] as number);
        while (performance.now() < end);
        return model.predict(input);
      },
    };
    const network = await loaded({ model: slow as never });
    sizes.length = 0;
    expect(await distanceFromKeras(network, await kerasAnswers('classic'))).toBeLessThan(1e-5);
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(each.least);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(each.most);
    model.dispose();
  });

  it('puts several outputs side by side', async () => {
    const input = tf.input({ shape: [12] });
    const [first, second] = [0.25, 0.75].map((bias) =>
      tf.layers.dense({
        units: 1,
        kernelInitializer: 'zeros',
        biasInitializer: tf.initializers.constant({ value: bias }),
      }),
    );
    const outputs = [first, second].map((layer) => layer?.apply(input) as ReturnType<typeof tf.input>);
    const model = tf.model({ inputs: input, outputs });
    const network = await loaded({ model });
    expect(network.outputs).toBe(2);
    const answers = await network.predict([new Int32Array(12), new Int32Array(12)]);
    expect([...answers]).toEqual([0.25, 0.75, 0.25, 0.75]);
    model.dispose();
  });

  describe('tensors', () => {
    it('are as many after 10,000 calls as before', async () => {
      // The smallest network that there is, since each of its operations takes a native call.
      const dense = tf.layers.dense({ units: 1, inputShape: [2], activation: 'sigmoid' });
      const model = tf.sequential({ layers: [dense] });
      const network = await loaded({ model });
      const before = tf.memory().numTensors;
      for (let call = 0; call < 10_000; call++) await network.predict([Int32Array.of(call, 1)]);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    }, 120_000);

    it.each(['indexes', 'vectors'] as const)('are as many after calls that failed: %s', async (input) => {
      const network = await loaded({ model: kerasFolder(input === 'indexes' ? 'classic' : 'word-vectors') });
      const before = tf.memory().numTensors;
      const tooLong = input === 'indexes' ? new Int32Array(13) : new Float32Array(73);
      for (let call = 0; call < 20; call++) {
        await expect(network.predict([tooLong])).rejects.toEqual(
          coded('ENGINE_FAILED', /TensorFlow\.js threw/),
        );
      }
      expect(tf.memory().numTensors).toBe(before);
    });

    it('are as many after a model that answers in another shape', async () => {
      const before = tf.memory().numTensors;
      const strange = {
        inputs: [{ shape: [null, 12], dtype: 'int32' }],
        predict: () => tf.zeros([7, 6]),
        dispose: () => {},
      };
      await expect(tensorflow({ tf, model: strange }).load()).rejects.toEqual(
        coded('ENGINE_FAILED', /answered 1 sequences with the shape 7 × 6/),
      );
      expect(tf.memory().numTensors).toBe(before);
    });

    it.each(['classic', 'saved-model'] as const)('are given back at the end: %s', async (name) => {
      const before = tf.memory().numTensors;
      const network = await tensorflow({ tf, model: kerasFolder(name) }).load();
      await network.predict([new Int32Array(12)]);
      await network.close();
      await network.close();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('are given back where the network does not run', async () => {
      const model = await changedNetwork('classic', (json) => {
        layerOf(json, 'Conv1D').config.padding = 'causal';
      });
      const before = tf.memory().numTensors;
      await expect(tensorflow({ tf, model }).load()).rejects.toEqual(
        coded('ENGINE_FAILED', /does not run on TensorFlow\.js: The support for CAUSAL padding/),
      );
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it.each([40, -1, 2 ** 30])('does not let the index %s near a tensor', async (index) => {
    const network = await loaded();
    await expect(network.predict([new Int32Array(12).fill(index)])).rejects.toEqual(
      coded('VOCABULARY_MISMATCH', /index -?\d+, and the network knows 0 to 39/),
    );
  });

  it('says what is wrong with a model', async () => {
    const folder = await temporaryFolder();
    const load = (model: string) => tensorflow({ tf, model }).load();
    await expect(load(folder)).rejects.toEqual(coded('MODEL_UNREADABLE', /model\.json is missing/));
    const unknown = await changedNetwork('classic', (json) => {
      json.modelTopology.model_config.config.layers[1]!.class_name = 'Attention3D';
    });
    await expect(load(unknown)).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /cannot load .*Unknown layer: Attention3D/),
    );
    await writeFile(join(folder, 'saved_model.pb'), 'not a graph');
    await expect(load(folder)).rejects.toEqual(coded('MODEL_INCOMPATIBLE', /tfjs-node cannot load/));
    const open = await changedNetwork('classic', (json) => {
      for (const { config } of json.modelTopology.model_config.config.layers) {
        if (config.batch_input_shape !== undefined) config.batch_input_shape = [null, null];
        config.input_length = null;
      }
    });
    await expect(load(open)).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /any length: choose one with `length`/),
    );
    const network = await loaded({ model: open, length: 20 });
    expect(await network.predict([new Int32Array(20)])).toHaveLength(6);
  });

  it('says so where Node is too new for tfjs-node', async () => {
    // Node 23 took these two away; what tfjs-node then does is its own doing.
    const functions = util as unknown as Record<string, unknown>;
    const { isNullOrUndefined, isArray } = functions;
    onTestFinished(() => void Object.assign(functions, { isNullOrUndefined, isArray }));
    delete functions.isNullOrUndefined;
    delete functions.isArray;
    await expect(tensorflow({ tf, model: kerasFolder('classic') }).load()).rejects.toEqual(
      coded('ENGINE_UNAVAILABLE', /does not run on Node \d+\.\d+\.\d+: .*Use Node 20 or 22/),
    );
    Object.assign(functions, { isNullOrUndefined, isArray });
    await expect(loaded()).resolves.toMatchObject({ outputs: 6 });
  });
});

describe('tensorflow() without TensorFlow.js', () => {
  it.each([
    [
      'its addon',
      () => Promise.reject(new Error('The Node.js native addon module can not be found at path: …')),
    ],
    ['the package', () => import('@tensorflow/tfjs-node-gpu' as string)],
  ])('says so where %s is missing', async (_, tf) => {
    await expect(tensorflow({ tf, model: kerasFolder('classic') }).load()).rejects.toEqual(
      coded(
        'ENGINE_UNAVAILABLE',
        /could not be loaded: .+ Install it; tfjs-node also needs its native addon/,
      ),
    );
  });

  it('says so where the function gives something else', async () => {
    await expect(tensorflow({ tf: () => ({}), model: 'x' }).load()).rejects.toThrow(
      /`tf\(\)` to give TensorFlow\.js/,
    );
  });

  it.each<[unknown, RegExp]>([
    [undefined, /`options` to be an object/],
    [{ model: 'x' }, /`tf` to be TensorFlow\.js, or a function that gives it, got `undefined`/],
    [{ tf: {}, model: 'x' }, /`tf` to be TensorFlow\.js/],
    [{ tf: () => ({}) }, /`model` to be the path of a model, or a loaded one, got `undefined`/],
    [{ tf: () => ({}), model: {} }, /`model` to be the path of a model/],
    [{ tf: () => ({}), model: 'x', input: 'words' }, /`input` to be 'indexes' or 'vectors'/],
    [{ tf: () => ({}), model: 'x', lenght: 3 }, /Did you mean `length`\?/],
  ])('refuses %j', (options, message) => {
    expect(() => tensorflow(options as TensorFlowOptions)).toThrow(TypeError);
    expect(() => tensorflow(options as TensorFlowOptions)).toThrow(message);
  });
});

describe('the type of `tf`', () => {
  it('takes the packages as they are', () => {
    const packages = (
      node: ReturnType<typeof theirTensorFlow>,
      plain: typeof import('@tensorflow/tfjs'),
    ): TensorFlowLike[] => [node, plain];
    expect(packages).toBeTypeOf('function');
  });
});
