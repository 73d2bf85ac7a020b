import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToxicityGuardError } from '../errors.js';
import { isDue, rest } from '../pace.js';
import { type Manifest, parseManifest } from './manifest.js';
import { readSafetensors, type Tensor, type Tensors } from './safetensors.js';

/** The files of a model folder, beside `manifest.json`. */
export const MODEL_FILES = ['vocabulary.safetensors', 'weights.safetensors'] as const;

/** A model folder, read and checked. */
export interface Model {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly vocabulary: Tensors;
  readonly weights: Tensors;
}

type Part = 'vocabulary' | 'weights';

/**
 * Reads a model folder and checks every byte of it against its manifest.
 *
 * @param folder a path, absolute or relative to the working directory.
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` when a file is missing, cut off, damaged or not of its
 * kind, naming the file; `MODEL_INCOMPATIBLE` when the folder is another release's or another project's.
 */
export async function loadModel(folder: string): Promise<Model> {
  const manifestFile = join(folder, 'manifest.json');
  const manifest = parseManifest((await readModelFile(manifestFile)).toString('utf8'), manifestFile);
  const digests = createHash('sha256');
  const tensors: Tensors[] = [];
  for (const name of MODEL_FILES) {
    const file = join(folder, name);
    const expected = manifest.files[name];
    if (expected === undefined) {
      throw new ToxicityGuardError('MODEL_UNREADABLE', `${manifestFile} does not list ${name}`);
    }
    const bytes = await readModelFile(file);
    if (bytes.length !== expected.bytes) {
      const problem = bytes.length < expected.bytes ? 'is cut off' : 'is too long';
      const message = `${file} ${problem}: it has ${bytes.length} bytes of ${expected.bytes}`;
      throw new ToxicityGuardError('MODEL_UNREADABLE', message);
    }
    const digest = await digestOf(bytes);
    if (digest !== expected.sha256) {
      const message = `${file} is damaged or of another model: its SHA-256 is not the manifest's`;
      throw new ToxicityGuardError('MODEL_UNREADABLE', message);
    }
    digests.update(digest);
    tensors.push(readSafetensors(bytes, file));
  }
  if (digests.digest('hex') !== manifest.contentHash) {
    const message = `${manifestFile} has a contentHash that is not that of its files`;
    throw new ToxicityGuardError('MODEL_UNREADABLE', message);
  }
  const [vocabulary, weights] = tensors as [Tensors, Tensors];
  return { folder, manifest, vocabulary, weights };
}

/** SHA-256, a megabyte at a time: hashing a model takes longer than the event loop may be held. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += 2 ** 20) {
    if (isDue()) await rest();
    hash.update(bytes.subarray(at, at + 2 ** 20));
  }
  return hash.digest('hex');
}

/** @throws {ToxicityGuardError} `MODEL_UNREADABLE` naming the file. */
export async function readModelFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is missing' : `cannot be read (${code ?? 'unknown error'})`;
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} ${why}`, { cause });
  }
}

/** The path of one of a model's files, for errors. */
export function fileOf({ folder }: Model, part: Part): string {
  return join(folder, `${part}.safetensors`);
}

/**
 * One array of a model, its type and shape checked.
 *
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` naming the file and the array.
 */
export function tensorOf<T extends Tensor['data']>(
  model: Model,
  part: Part,
  name: string,
  type: abstract new (...args: never[]) => T,
  shape: readonly number[],
): T {
  const tensor = model[part].get(name);
  if (!(tensor?.data instanceof type) || tensor.shape.join() !== shape.join()) {
    const message = `${fileOf(model, part)} has no array ${name} of shape ${shape.join(' × ')}`;
    throw new ToxicityGuardError('MODEL_UNREADABLE', message);
  }
  return tensor.data as T;
}
