import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import util from 'node:util';
import { anInteger, aString, type Check, checkOptions, fail, oneOf } from '../check.js';
import { isToxicityGuardError, ToxicityGuardError } from '../errors.js';
import { readModelFile } from '../model/load.js';
import type { SequenceEngine, SequenceNetwork } from './sequence-network.js';
import { registerKerasGru } from './tensorflow-gru.js';
import type { ModelParts, TensorFlowLike, TensorFlowModel } from './tensorflow-like.js';
import { type Layout, TensorFlowNetwork } from './tensorflow-network.js';
import { isFolder, readTfjsFiles, type TfjsFiles } from './tfjs-files.js';

/** Options of {@link tensorflow}. */
export interface TensorFlowOptions {
  /**
   * TensorFlow.js with the backend that you chose, or a function that gives it: with one, a missing package or addon
   * becomes an `ENGINE_UNAVAILABLE` at the first text and not a crash at the start.
   */
  readonly tf: TensorFlowLike | (() => object | Promise<object>);
  /**
   * Folder or `model.json` of a LayersModel or GraphModel; with tfjs-node also folder of a SavedModel. Or a model
   * that is loaded already, which stays yours to dispose.
   */
  readonly model: string | TensorFlowModel;
  /** What decisions call the model. Default: name and hash of the folder, `tensorflow` for a loaded model. */
  readonly id?: string | undefined;
  /** What the network takes for a word. Default: told from the shape of its input. */
  readonly input?: 'indexes' | 'vectors' | undefined;
  /** Words in a sequence. Default: told from the shape of its input. */
  readonly length?: number | undefined;
  /** Numbers in a word's vector. Default: told from the shape of its input. */
  readonly dimensions?: number | undefined;
  /** Indexes below this one are known to the network. Default: told from an Embedding layer where it has one. */
  readonly words?: number | undefined;
  /** Sequences in one call of `predict`, at most; fewer where these would take it more than 20 ms. Default 16. */
  readonly batchSize?: number | undefined;
}

/**
 * Runs a network on your copy of TensorFlow.js: a LayersModel, a GraphModel, or with tfjs-node a SavedModel. It is
 * loaded on first use.
 *
 * @throws {TypeError} when an option is unknown or wrong.
 * @example
 * const engine = tensorflow({ tf: () => import('@tensorflow/tfjs-node'), model: 'models/comments' });
 * const classifier = createClassifier({ engine, tokenizer: kerasTokenizer({ wordIndex }) });
 */
export function tensorflow(options: TensorFlowOptions): SequenceEngine {
  const checked = checkOptions<TensorFlowOptions>(options, {
    tf: aTensorFlow,
    model: aModel,
    id: aString,
    input: oneOf('indexes', 'vectors'),
    length: anInteger(1),
    dimensions: anInteger(1),
    words: anInteger(1),
    batchSize: anInteger(1),
  });
  aTensorFlow(checked.tf, 'tf');
  aModel(checked.model, 'model');
  return { name: 'tensorflow', load: () => load(checked) };
}

const aTensorFlow: Check<TensorFlowOptions['tf']> = (value, path) =>
  typeof value === 'function' || (typeof value === 'object' && value !== null && unwrap(value) !== undefined)
    ? (value as TensorFlowOptions['tf'])
    : fail(path, 'be TensorFlow.js, or a function that gives it', value);

const aModel: Check<TensorFlowOptions['model']> = (value, path) => {
  if (typeof value === 'string' && value !== '') return value;
  const model = value as Partial<TensorFlowModel> | null | undefined;
  return typeof model?.predict === 'function' && typeof model.dispose === 'function'
    ? (model as TensorFlowModel)
    : fail(path, 'be the path of a model, or a loaded one', value);
};

async function load(options: TensorFlowOptions): Promise<SequenceNetwork> {
  const tf = await theirTensorFlow(options.tf);
  try {
    await tf.ready();
    const { model, id } = await open(tf, options.model);
    try {
      const layout = layoutOf(model as ModelParts, options);
      return await TensorFlowNetwork.start(tf, model as ModelParts, {
        ...layout,
        id: options.id ?? id,
        batchSize: options.batchSize,
        isOurs: typeof options.model === 'string',
      });
    } catch (error) {
      if (typeof options.model === 'string') model.dispose();
      throw error;
    }
  } catch (error) {
    if (isTooNew(tf)) throw tooNew(error);
    if (isToxicityGuardError(error)) throw error;
    // Nothing of a request was in it yet, so that the message may be told.
    const message = `The model does not run on TensorFlow.js: ${messageOf(error)}`;
    throw new ToxicityGuardError('ENGINE_FAILED', message, { cause: error });
  }
}

async function theirTensorFlow(given: TensorFlowOptions['tf']): Promise<TensorFlowLike> {
  let tf: object;
  try {
    tf = typeof given === 'function' ? await given() : given;
  } catch (cause) {
    const message =
      `TensorFlow.js could not be loaded: ${messageOf(cause)}. Install it; tfjs-node also needs its native addon, ` +
      'which `npm rebuild @tensorflow/tfjs-node` fetches, or runs without one as @tensorflow/tfjs';
    throw new ToxicityGuardError('ENGINE_UNAVAILABLE', message, { cause });
  }
  return unwrap(tf) ?? fail('tf()', 'give TensorFlow.js', tf);
}

/** The functions, which `import()` of a CommonJS package may keep under `default`. */
function unwrap(tf: object): TensorFlowLike | undefined {
  const candidates = [tf, (tf as { default?: unknown }).default];
  return candidates.find(
    (candidate): candidate is TensorFlowLike =>
      typeof (candidate as TensorFlowLike | undefined)?.tensor2d === 'function' &&
      typeof (candidate as TensorFlowLike).loadLayersModel === 'function',
  );
}

// tfjs-node 4.22 calls these two, which Node 23 removed. Whoever has put them back can go on.
function isTooNew(tf: TensorFlowLike): boolean {
  const { isNullOrUndefined, isArray } = util as { isNullOrUndefined?: unknown; isArray?: unknown };
  return tf.node !== undefined && (typeof isNullOrUndefined !== 'function' || typeof isArray !== 'function');
}

function tooNew(cause: unknown): ToxicityGuardError {
  const message =
    `This release of tfjs-node does not run on Node ${process.versions.node}: it calls functions that Node 23 removed. ` +
    'Use Node 20 or 22, or @tensorflow/tfjs with its WebAssembly backend, or foldedKeras()';
  return new ToxicityGuardError('ENGINE_UNAVAILABLE', message, { cause });
}

async function open(
  tf: TensorFlowLike,
  given: string | TensorFlowModel,
): Promise<{ model: TensorFlowModel; id: string }> {
  if (typeof given !== 'string') return { model: given, id: 'tensorflow' };
  if (existsSync(join(given, 'saved_model.pb'))) return await openSavedModel(tf, given);
  const files = await readTfjsFiles(given);
  const handler = { load: async () => artifactsOf(files) } as never;
  const isGraph = files.json.format === 'graph-model' || 'node' in files.json.modelTopology;
  try {
    if (!isGraph) registerKerasGru(tf);
    const model = await (isGraph ? tf.loadGraphModel(handler) : tf.loadLayersModel(handler));
    return { model: model as TensorFlowModel, id: files.id };
  } catch (cause) {
    const message = `TensorFlow.js cannot load ${files.file}: ${messageOf(cause)}`;
    throw new ToxicityGuardError('MODEL_INCOMPATIBLE', message, { cause });
  }
}

/** What TensorFlow.js asks of whoever reads a model's files for it. */
function artifactsOf({ json, specs, weights }: TfjsFiles): object {
  const { weightsManifest, trainingConfig, ...rest } = json as typeof json & { trainingConfig?: unknown };
  return { ...rest, weightSpecs: specs, weightData: weights.buffer };
}

async function openSavedModel(
  tf: TensorFlowLike,
  folder: string,
): Promise<{ model: TensorFlowModel; id: string }> {
  if (tf.node === undefined) {
    const message = `${folder} is a SavedModel, which only tfjs-node reads: convert it to a GraphModel`;
    throw new ToxicityGuardError('MODEL_INCOMPATIBLE', message);
  }
  const hash = createHash('sha256').update(await readModelFile(join(folder, 'saved_model.pb')));
  const variables = join(folder, 'variables');
  const names = (await isFolder(variables)) ? await readdir(variables) : [];
  for (const name of names.sort()) hash.update(await readModelFile(join(variables, name)));
  const id = `${basename(resolve(folder))}+${hash.digest('hex').slice(0, 12)}`;
  try {
    return { model: (await tf.node.loadSavedModel(folder)) as TensorFlowModel, id };
  } catch (cause) {
    const message = `tfjs-node cannot load ${folder}: ${messageOf(cause)}`;
    throw new ToxicityGuardError('MODEL_INCOMPATIBLE', message, { cause });
  }
}

/** What the network takes, by its own word where the options do not say. */
function layoutOf({ inputs = [], layers = [] }: ModelParts, options: TensorFlowOptions): Layout {
  const [first, ...others] = inputs;
  if (others.length > 0) throw incompatible(`takes ${inputs.length} inputs; one is supported`);
  const shape = (first?.shape ?? []).map(sizeOf);
  const input =
    options.input ?? (shape.length === 3 || options.dimensions !== undefined ? 'vectors' : 'indexes');
  const rank = input === 'vectors' ? 3 : 2;
  if (shape.length > 0 && shape.length !== rank) {
    throw incompatible(`takes an input of ${shape.length} dimensions, and ${input} have ${rank}`);
  }
  const length = options.length ?? shape[1];
  const dimensions = input === 'vectors' ? (options.dimensions ?? shape[2]) : 0;
  if (length === undefined) throw incompatible('takes sequences of any length: choose one with `length`');
  if (dimensions === undefined)
    throw incompatible('does not tell the size of its vectors: give `dimensions`');
  const embedding = layers.find((layer) => layer.getClassName() === 'Embedding');
  const words = options.words ?? (typeof embedding?.inputDim === 'number' ? embedding.inputDim : undefined);
  const type = first?.dtype === 'int32' || first?.dtype === 'float32' ? first.dtype : undefined;
  return {
    input,
    length,
    dimensions,
    words: input === 'indexes' ? words : undefined,
    type: type ?? (input === 'indexes' ? 'int32' : 'float32'),
  };
}

// A SavedModel has messages of the protocol for sizes; an open size is null, -1 or one of those with -1.
function sizeOf(size: unknown): number | undefined {
  const { getSize } = (size ?? {}) as { getSize?: () => unknown };
  const value = typeof getSize === 'function' ? getSize.call(size) : size;
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function incompatible(problem: string): ToxicityGuardError {
  return new ToxicityGuardError('MODEL_INCOMPATIBLE', `The network ${problem}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] as string).slice(0, 300) : typeof error;
}
