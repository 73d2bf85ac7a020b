import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { aFunction, aString, checkOptions } from '@toxicity-guard/core';
import type { Progress } from '../evaluation/progress.js';
import {
  describeInputs,
  describeLayers,
  describeOutputs,
  type ImportedInput,
  type ImportedLayer,
  type ImportedOutput,
} from './describe.js';
import { type EngineProblems, engineProblems } from './engine-problems.js';
import { readGraph } from './graph.js';
import { type KerasFile, majorOf, openKerasFile } from './keras-file.js';
import { SHARD, toModelJson } from './model-json.js';
import { planLayers } from './plan.js';
import { copyWeights, findWeights } from './weights.js';

/** Options of {@link importKeras}. */
export interface ImportKerasOptions {
  /** The folder to write. It must not be there yet, or be empty. */
  readonly out: string;
  /** Told how far it is, in numbers read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What {@link importKeras} has written. */
export interface ImportedModel {
  /** Version of the Keras that saved the model. */
  readonly keras: string;
  readonly layers: readonly ImportedLayer[];
  readonly parameters: number;
  readonly inputs: readonly ImportedInput[];
  readonly outputs: readonly ImportedOutput[];
  /** Why `foldedKeras` or `tensorflow` cannot run it. */
  readonly problems: EngineProblems;
}

/**
 * Turns a model that Keras 2 or 3 has saved whole, as `.h5` or `.keras`, into a folder that `foldedKeras` and
 * `tensorflow` load, with a `model.json` and its weights. No Python and no TensorFlow is needed, no code of the file
 * is run, and what TensorFlow.js would compute otherwise than Keras is refused. The folder is there whole or not at all.
 *
 * @throws {TypeError} when an option is unknown or wrong.
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` where the file is damaged or no model, `MODEL_INCOMPATIBLE` naming the
 * layer that cannot be imported.
 * @example
 * const { inputs } = await importKeras('model.h5', { out: 'models/comments' });
 * inputs // [{ name: 'words', kind: 'indexes', length: 100, dimensions: 0, words: 20000 }]
 */
export async function importKeras(file: string, options: ImportKerasOptions): Promise<ImportedModel> {
  const { out, onProgress } = checkOptions<ImportKerasOptions>(options, {
    out: aString,
    onProgress: aFunction,
  });
  aString(file, 'file');
  aString(out, 'out');
  await checkFree(out);
  const source = await openKerasFile(file);
  try {
    return await importOpen(file, source, out, onProgress);
  } finally {
    await source.close();
  }
}

async function importOpen(
  file: string,
  source: KerasFile,
  out: string,
  onProgress: ImportKerasOptions['onProgress'],
): Promise<ImportedModel> {
  const graph = readGraph(source.model, file);
  const layers = planLayers(graph, file, majorOf(source.version));
  const arrays = await findWeights(layers, file, source);
  const json = toModelJson(graph, layers, arrays, source.version);
  await writeFolder(out, async (folder) => {
    await writeFile(join(folder, 'model.json'), `${JSON.stringify(json)}\n`);
    const target = await open(join(folder, SHARD), 'wx');
    try {
      await copyWeights(arrays, file, source, target, (done, total) =>
        onProgress?.({ stage: 'reading weights', done, total }),
      );
    } finally {
      await target.close();
    }
  });
  const described = describeLayers(layers);
  const inputs = describeInputs(graph, layers);
  const outputs = describeOutputs(graph, layers);
  return {
    keras: source.version,
    layers: described,
    parameters: described.reduce((sum, { parameters }) => sum + parameters, 0),
    inputs,
    outputs,
    problems: engineProblems(json, inputs, outputs),
  };
}

/** Fills a folder beside the wanted one, and gives it its name when it is whole. */
async function writeFolder(out: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const target = resolve(out);
  const folder = `${target}.${randomBytes(6).toString('hex')}.part`;
  await mkdir(dirname(target), { recursive: true });
  await mkdir(folder);
  try {
    await fill(folder);
    await rename(folder, target);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function checkFree(out: string): Promise<void> {
  const entries = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? new Error(`${out} is a file, not a folder`) : error;
  });
  if (entries.length > 0) throw new Error(`The folder ${out} is there already, and is not empty`);
}
