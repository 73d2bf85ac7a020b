import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ToxicityGuardError } from '../errors.js';
import { readModelFile } from '../model/load.js';

/** One array of a TensorFlow.js model. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string };
}

/** What `model.json` holds. */
export interface ModelJson {
  readonly format?: string;
  readonly modelTopology: Readonly<Record<string, unknown>>;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly WeightSpec[];
  }[];
}

/** The files of a TensorFlow.js model, read and measured. */
export interface TfjsFiles {
  /** Path of its `model.json`. */
  readonly file: string;
  /** Name of its folder, and the beginning of the SHA-256 of its files. */
  readonly id: string;
  readonly json: ModelJson;
  /** All arrays in the order in which `weights` holds them. */
  readonly specs: readonly WeightSpec[];
  readonly weights: Uint8Array<ArrayBuffer>;
}

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  complex64: 8,
  float16: 2,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/**
 * Reads a TensorFlow.js model from disk, which TensorFlow.js itself does only in tfjs-node.
 *
 * @param path its folder, or its `model.json`.
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` naming the file.
 */
export async function readTfjsFiles(path: string): Promise<TfjsFiles> {
  const file = (await isFolder(path)) ? join(path, 'model.json') : path;
  const source = await readModelFile(file);
  const json = parseModelJson(source, file);
  const specs = json.weightsManifest.flatMap(({ weights }) => weights);
  const paths = json.weightsManifest.flatMap((group) => group.paths);
  const shards: Buffer[] = [];
  for (const shard of paths) shards.push(await readModelFile(join(dirname(file), shard)));
  const weights = joined(shards);
  const expected = specs.reduce((sum, spec) => sum + bytesOf(spec), 0);
  // NaN where a string's length or a type unknown here is among them: TensorFlow.js tells.
  if (!Number.isNaN(expected) && weights.length !== expected) {
    const problem = weights.length < expected ? 'are cut off' : 'are too long';
    const message = `The weights of ${file} ${problem}: they have ${weights.length} bytes of ${expected}`;
    throw new ToxicityGuardError('MODEL_UNREADABLE', message);
  }
  const hash = createHash('sha256').update(source).update(weights).digest('hex').slice(0, 12);
  return { file, id: `${basename(dirname(resolve(file)))}+${hash}`, json, specs, weights };
}

/** Whether a path is a folder; `false` where there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** How many bytes an array takes; NaN where it cannot be told. */
export function bytesOf({ shape, dtype, quantization }: WeightSpec): number {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return size * (BYTES[quantization?.dtype ?? dtype] ?? Number.NaN);
}

function parseModelJson(source: Buffer, file: string): ModelJson {
  let json: Partial<ModelJson> | null;
  try {
    json = JSON.parse(source.toString('utf8')) as Partial<ModelJson> | null;
  } catch (cause) {
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} is not JSON`, { cause });
  }
  const { modelTopology, weightsManifest } = json ?? {};
  if (!isObject(modelTopology) || !Array.isArray(weightsManifest) || !weightsManifest.every(isGroup)) {
    const message = `${file} is not a TensorFlow.js model: it lacks a modelTopology or a weightsManifest`;
    throw new ToxicityGuardError('MODEL_UNREADABLE', message);
  }
  return json as ModelJson;
}

function isGroup(group: unknown): boolean {
  if (!isObject(group)) return false;
  const { paths, weights } = group;
  return (
    Array.isArray(paths) &&
    paths.every((path) => typeof path === 'string') &&
    Array.isArray(weights) &&
    weights.every((spec) => isObject(spec) && typeof spec.name === 'string' && Array.isArray(spec.shape))
  );
}

/** Whether a value of a JSON file is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// A copy of their own memory, since small buffers share one and float arrays must begin at a multiple of four.
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
