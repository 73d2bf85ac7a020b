import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FoldedKerasOptions, foldedKeras } from '../src/engine/folded-keras.js';
import { changedNetwork, type KerasJson, layerOf } from './keras-model.js';
import { distanceFromKeras, KERAS_NETWORKS, kerasAnswers, kerasFolder } from './keras-network.js';
import { randomOf, temporaryFolder } from './small-model.js';

const FOLDABLE = KERAS_NETWORKS.filter((name) => name !== 'two-convolutions' && name !== 'recurrent');

function coded(code: string, message: RegExp): object {
  return expect.objectContaining({
    name: 'ToxicityGuardError',
    code,
    message: expect.stringMatching(message),
  });
}

describe('foldedKeras beside Keras', () => {
  it.each(FOLDABLE)('gives the same: %s', async (name) => {
    const network = await foldedKeras({ model: kerasFolder(name) }).load();
    expect(await distanceFromKeras(network, await kerasAnswers(name))).toBeLessThan(1e-5);
  });

  it.each(FOLDABLE)('would be found out by one weight that is off: %s', async (name) => {
    const model = await changedNetwork(name, (_, weights) => {
      for (let at = 0; at < weights.length; at += 7) weights[at] = (weights[at] as number) * 0.9;
    });
    const network = await foldedKeras({ model }).load();
    expect(await distanceFromKeras(network, await kerasAnswers(name))).toBeGreaterThan(1e-3);
  });

  it.each(['classic', 'word-vectors'] as const)('gives the same with hardly a row kept: %s', async (name) => {
    const network = await foldedKeras({ model: kerasFolder(name), cacheBytes: 0 }).load();
    const expected = await kerasAnswers(name);
    for (let round = 0; round < 3; round++)
      expect(await distanceFromKeras(network, expected)).toBeLessThan(1e-5);
  });

  it('says what it takes', async () => {
    const network = await foldedKeras({ model: kerasFolder('classic') }).load();
    expect(network).toMatchObject({
      id: expect.stringMatching(/^classic\+[0-9a-f]{12}$/),
      length: 12,
      input: 'indexes',
      dimensions: 0,
      outputs: 6,
      words: 40,
    });
    const vectors = await foldedKeras({
      model: join(kerasFolder('word-vectors'), 'model.json'),
      id: 'mine',
    }).load();
    expect(vectors).toMatchObject({
      id: 'mine',
      length: 12,
      input: 'vectors',
      dimensions: 6,
      words: undefined,
    });
  });

  it('takes no vector for another, whatever was asked before', async () => {
    const network = await foldedKeras({ model: kerasFolder('word-vectors'), cacheBytes: 1_000 }).load();
    const random = randomOf(5);
    const sequences = Array.from({ length: 50 }, () =>
      Float32Array.from({ length: 72 }, () => random() - 0.5),
    );
    const together = await network.predict(sequences);
    for (const [row, sequence] of sequences.entries()) {
      const fresh = await foldedKeras({ model: kerasFolder('word-vectors'), cacheBytes: 0 }).load();
      expect(await fresh.predict([sequence])).toEqual(together.slice(row * 6, row * 6 + 6));
    }
  });

  it('takes a length for a network that leaves it open', async () => {
    const model = await changedNetwork('classic', (json) => {
      for (const { config } of json.modelTopology.model_config.config.layers) {
        if (config.batch_input_shape !== undefined) config.batch_input_shape = [null, null];
        config.input_length = null;
      }
    });
    await expect(foldedKeras({ model }).load()).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /pools sequences of any length: choose one with `length`/),
    );
    const network = await foldedKeras({ model, length: 12 }).load();
    expect(await distanceFromKeras(network, await kerasAnswers('classic'))).toBeLessThan(1e-5);
    await expect(foldedKeras({ model: kerasFolder('classic'), length: 13 }).load()).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /takes sequences of 12 words, not of 13/),
    );
  });

  it.each([40, -1])('refuses the index %s', async (index) => {
    const network = await foldedKeras({ model: kerasFolder('classic') }).load();
    await expect(network.predict([new Int32Array(12).fill(index)])).rejects.toEqual(
      coded('VOCABULARY_MISMATCH', /the network knows 0 to 39/),
    );
  });

  it('stops when nobody waits any more', async () => {
    const network = await foldedKeras({ model: kerasFolder('classic') }).load();
    await expect(network.predict([new Int32Array(12)], AbortSignal.abort())).rejects.toEqual(
      coded('ABORTED', /./),
    );
  });
});

describe('foldedKeras with what cannot be folded', () => {
  it.each<[string, RegExp, (json: KerasJson) => void]>([
    ['a stride', /conv1d has a stride of 2/, (json) => (layerOf(json, 'Conv1D').config.strides = [2])],
    [
      'a dilation',
      /conv1d has a dilation of 2/,
      (json) => (layerOf(json, 'Conv1D').config.dilation_rate = [2]),
    ],
    [
      'groups',
      /conv1d has channels first, or in groups/,
      (json) => (layerOf(json, 'Conv1D').config.groups = 2),
    ],
    [
      'an activation',
      /conv1d has the activation swish/,
      (json) => (layerOf(json, 'Conv1D').config.activation = 'swish'),
    ],
    [
      'an end',
      /dense_1 is the last layer, and its activation is not sigmoid/,
      (json) => {
        json.modelTopology.model_config.config.layers.at(-1)!.config.activation = 'relu';
      },
    ],
    ['a layer', /dropout is a LSTM/, (json) => (layerOf(json, 'Dropout').class_name = 'LSTM')],
    [
      'no pool',
      /is the last layer, and nothing has pooled the words/,
      (json) => {
        const { config } = json.modelTopology.model_config;
        config.layers = config.layers.filter(({ class_name }) => class_name !== 'GlobalMaxPooling1D');
      },
    ],
    [
      'a nested model',
      /embedding is a Sequential/,
      (json) => (layerOf(json, 'Embedding').class_name = 'Sequential'),
    ],
    [
      'a graph',
      /is a GraphModel, whose layers are gone: use tensorflow\(\)/,
      (json) => (json.format = 'graph-model'),
    ],
    [
      'another class',
      /is neither a Sequential nor a functional Model/,
      (json) => {
        json.modelTopology.model_config.class_name = 'MyModel';
      },
    ],
    [
      'weights of another shape',
      /conv1d has kernel of shape 5 × 6 × 10, not 4 × 6 × 10/,
      (json) => {
        layerOf(json, 'Conv1D').config.kernel_size = [4];
      },
    ],
    [
      'quantised weights',
      /embedding has embeddings that are quantised/,
      (json) => {
        json.weightsManifest[0]!.weights[0]!.quantization = { dtype: 'float32' };
      },
    ],
  ])('names it: %s', async (_, message, change) => {
    const model = await changedNetwork('classic', change);
    await expect(foldedKeras({ model }).load()).rejects.toEqual(coded('MODEL_INCOMPATIBLE', message));
  });

  it('names a second convolution', async () => {
    await expect(foldedKeras({ model: kerasFolder('two-convolutions') }).load()).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /max_pooling1d pools 2 of 10 positions at a time, not all/),
    );
    const model = await changedNetwork('two-convolutions', (json) => {
      const { config } = json.modelTopology.model_config;
      config.layers = config.layers.filter(({ class_name }) => class_name !== 'MaxPooling1D');
    });
    await expect(foldedKeras({ model }).load()).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /second_convolution is a second convolution/),
    );
  });

  it('names a mean over masked words', async () => {
    const model = await changedNetwork('no-convolution', (json) => {
      layerOf(json, 'Embedding').config.mask_zero = true;
    });
    await expect(foldedKeras({ model }).load()).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /takes the mean of unmasked words only/),
    );
  });

  it('names a fork', async () => {
    const model = await changedNetwork('functional', (json) => {
      layerOf(json, 'GlobalMaxPooling1D').inbound_nodes = layerOf(json, 'SpatialDropout1D').inbound_nodes;
    });
    await expect(foldedKeras({ model }).load()).rejects.toEqual(
      coded('MODEL_INCOMPATIBLE', /global_max_pooling1d shares embedding/),
    );
  });
});

describe('foldedKeras with what cannot be read', () => {
  it('says which file', async () => {
    const folder = await temporaryFolder();
    const load = () => foldedKeras({ model: folder }).load();
    await expect(load()).rejects.toEqual(coded('MODEL_UNREADABLE', /model\.json is missing/));
    await writeFile(join(folder, 'model.json'), '{');
    await expect(load()).rejects.toEqual(coded('MODEL_UNREADABLE', /model\.json is not JSON/));
    await writeFile(join(folder, 'model.json'), '{"modelTopology":{}}');
    await expect(load()).rejects.toEqual(
      coded('MODEL_UNREADABLE', /lacks a modelTopology or a weightsManifest/),
    );
  });

  it('says what is wrong with the weights', async () => {
    const cut = await changedNetwork('classic', () => {});
    await truncate(join(cut, 'weights.bin'), 100);
    await expect(foldedKeras({ model: cut }).load()).rejects.toEqual(
      coded('MODEL_UNREADABLE', /are cut off: they have 100 bytes of \d+/),
    );
    await rm(join(cut, 'weights.bin'));
    await expect(foldedKeras({ model: cut }).load()).rejects.toEqual(
      coded('MODEL_UNREADABLE', /weights\.bin is missing/),
    );
    const spoilt = await changedNetwork('classic', (_, weights) => weights.fill(Number.NaN, 0, 1));
    await expect(foldedKeras({ model: spoilt }).load()).rejects.toEqual(
      coded('MODEL_UNREADABLE', /numbers that are none in embedding\/embeddings/),
    );
    const renamed = await changedNetwork('classic', (json) => {
      json.weightsManifest[0]!.weights[1]!.name = 'other/kernel';
    });
    await expect(foldedKeras({ model: renamed }).load()).rejects.toEqual(
      coded('MODEL_UNREADABLE', /has no array conv1d\/kernel/),
    );
  });
});

describe('the options of foldedKeras', () => {
  it.each<[unknown, RegExp]>([
    [undefined, /`options` to be an object/],
    [{}, /`model` to be a string that is not empty, got `undefined`/],
    [{ model: 7 }, /`model` to be a string/],
    [{ model: 'x', lenght: 3 }, /Did you mean `length`\?/],
    [{ model: 'x', cacheBytes: -1 }, /`cacheBytes` to be a whole number of 0 or more/],
  ])('refuses %j', (options, message) => {
    expect(() => foldedKeras(options as FoldedKerasOptions)).toThrow(TypeError);
    expect(() => foldedKeras(options as FoldedKerasOptions)).toThrow(message);
  });
});
