import { Hdf5File } from './hdf5.js';
import { parseKerasJson } from './json.js';
import type { KerasFile } from './keras-file.js';
import type { PlannedLayer } from './plan.js';
import { damaged, unsupported } from './problems.js';

const WEIGHTS = '/model_weights';

/** Opens a `.h5` file: the configuration and the names of the weights are attributes. */
export async function openLegacyFile(file: string): Promise<KerasFile> {
  const hdf5 = new Hdf5File(file, file);
  try {
    return await readLegacyFile(file, hdf5);
  } catch (error) {
    await hdf5.close();
    throw error;
  }
}

async function readLegacyFile(file: string, hdf5: Hdf5File): Promise<KerasFile> {
  const [config, version, backend] = await Promise.all(
    ['model_config', 'keras_version', 'backend'].map((name) => hdf5.attribute('/', name)),
  );
  if (typeof config !== 'string') {
    const hint = 'Save the whole model with model.save, not model.save_weights';
    throw (await hdf5.attribute('/', 'layer_names')) === undefined
      ? damaged(file, 'it is an HDF5 file without a Keras model in it')
      : unsupported(file, `it holds weights without a model. ${hint}`);
  }
  if (typeof version !== 'string') throw damaged(file, 'it does not tell which Keras wrote it');
  if (version.startsWith('2.') && backend !== 'tensorflow') {
    throw unsupported(file, `it was saved by Keras 2 on ${String(backend)}, which turns convolutions round`);
  }
  return {
    version,
    model: parse(config, file),
    hdf5,
    locate: (layer) => locate(layer, hdf5, file),
    close: () => hdf5.close(),
  };
}

function parse(config: string, file: string): unknown {
  try {
    return parseKerasJson(config);
  } catch (cause) {
    throw damaged(file, 'the configuration of its model is not JSON', cause);
  }
}

async function locate({ name, converted }: PlannedLayer, hdf5: Hdf5File, file: string): Promise<string[]> {
  const expected = (converted.weights ?? []).map((part) => part.name);
  const names = await hdf5.attribute(`${WEIGHTS}/${name}`, 'weight_names');
  const found = typeof names === 'string' ? [names] : (names ?? []);
  if (found.map(lastPart).join() !== expected.map(lastPart).join()) {
    const [has, needs] = [found, expected].map((list) => list.map(lastPart).join(', ') || 'none');
    throw damaged(file, `the layer ${name} needs the weights ${needs}, and has ${has}`);
  }
  return found.map((path) => `${WEIGHTS}/${name}/${path}`);
}

/** `kernel` of `dense/kernel:0`. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/:\d+$/, '');
}
