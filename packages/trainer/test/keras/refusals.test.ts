import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKeras } from '@toxicity-guard/trainer/keras';
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { type Dataset, File, type Group, ready } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersOf, bytesOf, unpack } from './keras-models.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-refusals-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Imports a file that must be refused: why, after its name. Nothing may have been written. */
async function refusalOf(file: string): Promise<{ code: unknown; says: string }> {
  const place = await mkdtemp(join(folder, 'out-'));
  const error = await importKeras(file, { out: join(place, 'model') }).then(
    () => undefined,
    (thrown: Error & { code?: unknown }) => thrown,
  );
  expect(await readdir(place)).toEqual([]);
  expect(error?.message).toContain(file);
  return { code: error?.code, says: error?.message.replace(file, '').trim() ?? '' };
}

const REFUSED: Record<string, string> = {
  'masked-mean':
    'cannot be imported: the layer global_average_pooling1d (GlobalAveragePooling1D) leaves masked words out, which TensorFlow.js does not. Train without mask_zero or Masking',
  'mask-lost-before-lstm':
    'cannot be imported: the layer lstm (LSTM) gets no mask, and TensorFlow.js would give it that of another layer. Train without mask_zero or Masking',
  causal:
    'cannot be imported: the layer conv1d (Conv1D) has padding=causal, which TensorFlow.js cannot compute',
  'lambda-layer':
    'cannot be imported: the layer lambda (Lambda) runs Python code, which is never executed here. Replace it by a layer of Keras',
  'custom-layer': 'Doubled) is of a kind that is not imported. Imported are Embedding, Conv1D, ',
  'model-in-a-model':
    'cannot be imported: the layer sequential (Sequential) is a model inside the model. Save one whose layers are all its own',
};

describe.each([2, 3] as const)(
  'what TensorFlow.js has otherwise than Keras %i',
  { timeout: 120_000 },
  (keras) => {
    it('is all of the models that have no answers', async () => {
      const answers = await answersOf(keras);
      const files = readdirSync(new URL(`models/keras-${keras}/`, import.meta.url));
      const others = files.filter((name) => name.endsWith('.gz')).map((name) => name.split('.')[0] as string);
      expect([...new Set(others.filter((name) => !(name in answers)))].sort()).toEqual(
        Object.keys(REFUSED).sort(),
      );
    });

    it.each(Object.entries(REFUSED))('is refused: %s', async (name, says) => {
      const refusal = await refusalOf(
        await unpack(`keras-${keras}/${name}.${keras === 2 ? 'h5' : 'keras'}`, folder),
      );
      expect(refusal.code).toBe('MODEL_INCOMPATIBLE');
      expect(refusal.says).toContain(says);
    });
  },
);

/** The settings of a model's layers by name, to be changed. */
type Layers = Record<string, { config: Record<string, unknown>; [key: string]: unknown }>;

/** A model of Keras 3 with other settings than it was saved with. */
async function changed(name: string, change: (layers: Layers, files: Zippable) => void): Promise<string> {
  const files: Zippable = unzipSync(await bytesOf(`keras-3/${name}.keras`));
  const config = JSON.parse(strFromU8(files['config.json'] as Uint8Array));
  const layers: Layers = {};
  for (const layer of config.config.layers) layers[layer.config.name] = layer;
  change(layers, files);
  if (files['config.json'] !== undefined) files['config.json'] = strToU8(JSON.stringify(config));
  const file = join(folder, 'changed.keras');
  await writeFile(file, zipSync(files, { level: 0 }));
  return file;
}

describe('settings of which TensorFlow.js knows nothing', { timeout: 120_000 }, () => {
  it.each<[string, string, (layers: Layers) => void, string]>([
    [
      'groups',
      'one-convolution',
      ({ conv1d }) => (conv1d!.config.groups = 2),
      'conv1d (Conv1D) has groups=2',
    ],
    [
      'channels first',
      'one-convolution',
      ({ conv1d }) => (conv1d!.config.data_format = 'channels_first'),
      'conv1d (Conv1D) has data_format=channels_first',
    ],
    [
      'an activation',
      'one-convolution',
      ({ dense }) => (dense!.config.activation = 'exponential'),
      'dense (Dense) has the activation exponential',
    ],
    [
      "somebody's own activation",
      'one-convolution',
      ({ dense }) => (dense!.config.activation = { class_name: 'function', config: 'own' }),
      'dense (Dense) has the activation function',
    ],
    [
      'an activation that has changed',
      'one-convolution',
      ({ dense }) => (dense!.config.activation = 'hard_sigmoid'),
      'dense (Dense) has the activation hard_sigmoid, which is another function in Keras 3',
    ],
    [
      'mixed precision',
      'one-convolution',
      ({ conv1d }) =>
        (conv1d!.config.dtype = { class_name: 'DTypePolicy', config: { name: 'mixed_float16' } }),
      'conv1d (Conv1D) computes in mixed_float16',
    ],
    [
      'keepdims',
      'one-convolution',
      (layers) => (layers.global_max_pooling1d!.config.keepdims = true),
      'global_max_pooling1d (GlobalMaxPooling1D) has keepdims=True',
    ],
    [
      'a state between texts',
      'two-lstms',
      ({ lstm }) => (lstm!.config.stateful = true),
      'lstm (LSTM) has stateful=True',
    ],
    [
      'two outputs of one layer',
      'both-ways',
      ({ bidirectional }) => (bidirectional!.config.merge_mode = null),
      'bidirectional (Bidirectional) has merge_mode=null',
    ],
    [
      'a backward layer of its own',
      'both-ways',
      ({ bidirectional }) => {
        const layer = bidirectional!.config.backward_layer as Layers[string];
        layer.config.activation = 'relu';
      },
      'bidirectional (Bidirectional) has a backward layer that is not the mirror image',
    ],
    [
      'a setting of tomorrow',
      'one-convolution',
      ({ conv1d }) => (conv1d!.config.twist = 0.5),
      'conv1d (Conv1D) has twist=0.5, which is not imported',
    ],
    [
      'a class of another package',
      'one-convolution',
      ({ conv1d }) => (conv1d!.module = 'own.layers'),
      "conv1d (Conv1D) is not one of Keras's but of own.layers",
    ],
    [
      'a name',
      'one-convolution',
      ({ conv1d }) => (conv1d!.config.name = 'my convolution'),
      'my convolution (Conv1D) has a name that TensorFlow.js does not take',
    ],
    [
      'a name twice',
      'one-convolution',
      ({ conv1d }) => (conv1d!.config.name = 'dense'),
      'two of its layers have the name dense',
    ],
    [
      'texts as input',
      'one-convolution',
      ({ words }) => (words!.config.dtype = 'string'),
      'words (InputLayer) takes string, and only numbers are imported',
    ],
    [
      'a convolution wider than the text',
      'one-convolution',
      ({ words }) => (words!.config.batch_shape = [null, 2]),
      'conv1d (Conv1D) is wider than its input of 2 × 4',
    ],
    [
      'training at prediction',
      'three-widths',
      ({ dropout }) => {
        const [node] = dropout!.inbound_nodes as { kwargs: Record<string, unknown> }[];
        node!.kwargs.training = true;
      },
      'dropout (Dropout) is called with training',
    ],
    [
      'a layer that nothing gives its input',
      'three-widths',
      ({ embedding }) => (embedding!.inbound_nodes = []),
      'takes something that no layer gives',
    ],
    [
      'values at padding that Keras has otherwise',
      'both-ways',
      (layers) => {
        layers.bidirectional_1!.class_name = 'GlobalMaxPooling1D';
        layers.bidirectional_1!.config = { name: 'bidirectional_1' };
      },
      'bidirectional_1 (GlobalMaxPooling1D) gets other values at padding in TensorFlow.js than in Keras',
    ],
    [
      'a mask of another input',
      'masked-branches',
      ({ lstm }) => {
        const [node] = lstm!.inbound_nodes as { kwargs: { mask: { config: object } } }[];
        node!.kwargs.mask.config = { keras_history: ['not_equal_1', 0, 0] };
      },
      'lstm (LSTM) is called with a mask that is not that of its input',
    ],
  ])('are refused: %s', async (_, name, change, says) => {
    const refusal = await refusalOf(await changed(name, change));
    expect(refusal.says).toContain(says);
    expect(refusal.code).toBe('MODEL_INCOMPATIBLE');
  });

  it('are of no account where they only matter in training', async () => {
    const file = await changed('one-convolution', ({ conv1d, dropout }) => {
      conv1d!.config.kernel_regularizer = { class_name: 'L2', config: { l2: 0.01 } };
      conv1d!.config.trainable = false;
      dropout!.config.seed = 7;
    });
    expect((await importKeras(file, { out: join(folder, 'trained') })).parameters).toBe(239);
  });
});

describe('files that are no model, or not a whole one', { timeout: 120_000 }, () => {
  const without = (name: string) => changed('one-convolution', (_, files) => delete files[name]);

  it('are refused', async () => {
    const notes = join(folder, 'notes.h5');
    await writeFile(notes, 'These are notes.');
    const wrong: [file: string, says: string, code?: string][] = [
      [join(folder, 'nothing.h5'), 'cannot be read: there is no such file'],
      [folder, 'cannot be read: it is not a file. Save the model with '],
      [notes, 'cannot be read: it is neither an HDF5 file (.h5) nor a .keras archive'],
    ];
    for (const [file, says] of wrong) {
      expect(await refusalOf(file)).toEqual({
        code: 'MODEL_UNREADABLE',
        says: expect.stringContaining(says),
      });
    }
  });

  it.each(['config.json', 'metadata.json', 'model.weights.h5'])(
    'are refused without their %s',
    async (name) => {
      expect(await refusalOf(await without(name))).toEqual({
        code: 'MODEL_UNREADABLE',
        says: `cannot be read: it is a zip file without a ${name} in it`,
      });
    },
  );

  it.each<[string, (files: Zippable) => void, string, string]>([
    [
      'another Keras',
      (files) => (files['metadata.json'] = strToU8('{"keras_version":"4.0.0"}')),
      'it was saved by Keras 4.0.0, and only Keras 2 and 3 are imported',
      'MODEL_INCOMPATIBLE',
    ],
    [
      'no Keras',
      (files) => (files['metadata.json'] = strToU8('{}')),
      'which Keras wrote it',
      'MODEL_UNREADABLE',
    ],
    [
      'no JSON',
      (files) => (files['metadata.json'] = strToU8('{')),
      'its metadata.json is not JSON',
      'MODEL_UNREADABLE',
    ],
    [
      'JSON without an end',
      (files) => (files['metadata.json'] = strToU8('['.repeat(100_000) + ']'.repeat(100_000))),
      'its metadata.json is not JSON',
      'MODEL_UNREADABLE',
    ],
    [
      'no HDF5',
      (files) => (files['model.weights.h5'] = strToU8('weights')),
      'it is damaged',
      'MODEL_UNREADABLE',
    ],
  ])('are refused: %s', async (_, change, says, code) => {
    const file = await changed('one-convolution', (__, files) => change(files));
    expect(await refusalOf(file)).toEqual({ code, says: expect.stringContaining(says) });
  });

  it('are refused where the weights do not fit the layers', async () => {
    const wider = await changed('one-convolution', ({ dense }) => (dense!.config.units = 7));
    expect(await refusalOf(wider)).toEqual({
      code: 'MODEL_UNREADABLE',
      says: 'cannot be read: the layer dense needs dense/kernel as 5 × 7, and has 5 × 4',
    });
    const biased = await changed('one-convolution', ({ dense }) => (dense!.config.use_bias = false));
    expect((await refusalOf(biased)).says).toContain('the layer dense needs 1 arrays of weights, and has 2');
    const huge = await changed('one-convolution', ({ embedding }) => (embedding!.config.input_dim = 2e15));
    expect((await refusalOf(huge)).says).toContain('needs embedding/embeddings as 2000000000000000 × 4');
  });
});

describe('HDF5 files', { timeout: 120_000 }, () => {
  /** A model with something done to it by HDF5. */
  async function edited(edit: (dense: Group, file: File) => void): Promise<string> {
    await ready;
    const path = await unpack('keras-2/one-convolution.h5', folder);
    const file = new File(path, 'a');
    edit(file.get('/model_weights/dense') as Group, file);
    file.close();
    return path;
  }

  /** A model whose kernel is in another place of its layer. */
  const moved = (put: (dense: Group) => void): Promise<string> =>
    edited((dense) => {
      dense.delete_attribute('weight_names');
      dense.create_attribute('weight_names', ['other/kernel:0', 'dense/bias:0']);
      dense.create_group('other');
      put(dense);
    });

  it('are read wherever their names lead within the file', async () => {
    const file = await moved((dense) =>
      dense.create_soft_link('/model_weights/dense/dense/kernel:0', 'other/kernel:0'),
    );
    expect((await importKeras(file, { out: join(folder, 'linked') })).parameters).toBe(239);
  });

  it('are refused where a name leads to another file, or nowhere', async () => {
    const elsewhere = await unpack('keras-2/three-widths.h5', folder);
    const says = 'cannot be read: the layer dense needs dense/kernel as 5 × 4, and has none';
    for (const put of [
      (dense: Group) => dense.create_external_link(elsewhere, '/model_weights/dense', 'other/kernel:0'),
      (dense: Group) => dense.create_soft_link('/nowhere', 'other/kernel:0'),
      (dense: Group) => dense.create_group('other/kernel:0'),
    ]) {
      expect(await refusalOf(await moved(put))).toEqual({ code: 'MODEL_UNREADABLE', says });
    }
  });

  it('are refused with weights that are no numbers, or other numbers', async () => {
    const holes = await edited((dense) => {
      const kernel = dense.get('dense/kernel:0') as Dataset;
      kernel.write_slice([[0, 1], []], new Float32Array(4).fill(Number.NaN));
    });
    expect(await refusalOf(holes)).toEqual({
      code: 'MODEL_UNREADABLE',
      says: 'cannot be read: the layer dense has weights that are not finite numbers',
    });
    const longer = await moved((dense) =>
      dense.create_dataset({ name: 'other/kernel:0', data: new Float64Array(20), shape: [5, 4] }),
    );
    expect(await refusalOf(longer)).toEqual({
      code: 'MODEL_INCOMPATIBLE',
      says: 'cannot be imported: the weights of the layer dense are not 32-bit floats',
    });
  });

  it('are refused without weights of a layer', async () => {
    const file = await edited((dense) => dense.delete_attribute('weight_names'));
    expect(await refusalOf(file)).toEqual({
      code: 'MODEL_UNREADABLE',
      says: 'cannot be read: the layer dense needs the weights kernel, bias, and has none',
    });
  });

  it('are refused without a model, or of a Keras on another backend', async () => {
    const weights = await edited((_, file) => {
      file.delete_attribute('model_config');
      file.create_attribute('layer_names', ['dense']);
    });
    expect(await refusalOf(weights)).toEqual({
      code: 'MODEL_INCOMPATIBLE',
      says: 'cannot be imported: it holds weights without a model. Save the whole model with model.save, not model.save_weights',
    });
    const data = await edited((_, file) => file.delete_attribute('model_config'));
    expect((await refusalOf(data)).says).toContain('it is an HDF5 file without a Keras model in it');
    const theano = await edited((_, file) => {
      file.delete_attribute('backend');
      file.create_attribute('backend', 'theano');
    });
    expect((await refusalOf(theano)).says).toContain('it was saved by Keras 2 on theano');
  });
});

describe('importKeras', { timeout: 120_000 }, () => {
  it('refuses wrong arguments', async () => {
    await expect(importKeras('model.h5', { out: '' })).rejects.toThrow(TypeError);
    await expect(importKeras('', { out: 'model' })).rejects.toThrow('Expected `file` to be a string');
    // @ts-expect-error: an option that there is not
    await expect(importKeras('model.h5', { output: 'model' })).rejects.toThrow('got `output`');
  });

  it('leaves a folder that is not empty alone, and takes an empty one', async () => {
    const file = await unpack('keras-2/one-convolution.h5', folder);
    const out = join(folder, 'taken');
    await mkdir(out);
    const progress: string[] = [];
    const { keras, inputs, outputs, problems } = await importKeras(file, {
      out,
      onProgress: ({ stage, done, total }) => progress.push(`${stage} ${done}/${total}`),
    });
    expect(progress.at(-1)).toBe('reading weights 239/239');
    expect({ keras, inputs, outputs, problems }).toEqual({
      keras: '2.15.0',
      inputs: [{ name: 'words', kind: 'indexes', length: 10, dimensions: 0, words: 30 }],
      outputs: [{ name: 'dense_1', shape: [6], activation: 'sigmoid' }],
      problems: { foldedKeras: undefined, tensorflow: undefined },
    });
    const before = await readFile(join(out, 'model.json'), 'utf8');
    await expect(importKeras(file, { out })).rejects.toThrow('is there already, and is not empty');
    expect(await readFile(join(out, 'model.json'), 'utf8')).toBe(before);
    expect((await readdir(out)).sort()).toEqual(['group1-shard1of1.bin', 'model.json']);
  });

  it('says which engine cannot run what it imported', async () => {
    const several = await unpack('keras-3/several-inputs.keras', folder);
    expect((await importKeras(several, { out: join(folder, 'several') })).problems).toEqual({
      foldedKeras: 'The network cannot be folded: title is a second input',
      tensorflow: 'The network has 3 inputs, not one',
    });
    const masking = await unpack('keras-2/masking.h5', folder);
    const { inputs, problems } = await importKeras(masking, { out: join(folder, 'masking') });
    expect(inputs).toEqual([{ name: 'vectors', kind: 'vectors', length: 10, dimensions: 4, words: 0 }]);
    expect(problems).toEqual({
      foldedKeras: 'The network cannot be folded: masking is a Masking',
      tensorflow: undefined,
    });
  });
});
