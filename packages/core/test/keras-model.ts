import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kerasFolder } from './keras-network.js';
import { temporaryFolder } from './small-model.js';

/** A layer as `model.json` has it. */
export interface Layer {
  class_name: string;
  config: Record<string, unknown>;
  inbound_nodes?: unknown;
}

/** The parts of a `model.json` that tests look at or change. */
export interface KerasJson {
  format: string;
  modelTopology: { model_config: { class_name: string; config: { layers: Layer[] } } };
  weightsManifest: {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: string; quantization?: object }[];
  }[];
}

/** A copy of one of the networks that Keras made, changed, for one test; gives its folder. */
export async function changedNetwork(
  name: Parameters<typeof kerasFolder>[0],
  change: (json: KerasJson, weights: Float32Array) => void,
): Promise<string> {
  const json = JSON.parse(await readFile(join(kerasFolder(name), 'model.json'), 'utf8')) as KerasJson;
  const bytes = await readFile(join(kerasFolder(name), 'weights.bin'));
  const weights = new Float32Array(new Uint8Array(bytes).buffer);
  change(json, weights);
  return await writeKerasModel(json, weights);
}

/** The layer of a kind in a Sequential network. */
export function layerOf(json: KerasJson, kind: string): Layer {
  const layer = json.modelTopology.model_config.config.layers.find(({ class_name }) => class_name === kind);
  if (layer === undefined) throw new Error(`There is no ${kind}`);
  return layer;
}

/** A network of layers and weights by name, for one test; gives its folder. */
export async function kerasModel(
  layers: readonly Layer[],
  arrays: readonly { readonly name: string; readonly shape: number[]; readonly data: Float32Array }[],
): Promise<string> {
  const json = {
    format: 'layers-model',
    modelTopology: {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: { class_name: 'Sequential', config: { name: 'network', layers } },
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: arrays.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  const weights = new Float32Array(arrays.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of arrays) {
    weights.set(data, at);
    at += data.length;
  }
  return await writeKerasModel(json as unknown as KerasJson, weights);
}

async function writeKerasModel(json: KerasJson, weights: Float32Array): Promise<string> {
  const folder = join(await temporaryFolder(), 'network');
  await mkdir(folder);
  await writeFile(join(folder, 'model.json'), JSON.stringify(json));
  await writeFile(join(folder, 'weights.bin'), new Uint8Array(weights.buffer));
  return folder;
}
