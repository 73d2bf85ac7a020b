import type { FileHandle } from 'node:fs/promises';
import type { KerasFile } from './keras-file.js';
import type { PlannedLayer } from './plan.js';
import { damaged, unsupported } from './problems.js';

/** What Node reads in one piece, as engines read the weights again. */
export const MOST_BYTES = 2 ** 31 - 1;
const CHUNK_BYTES = 4 * 1024 * 1024;

/** One array of the model that is written. */
export interface WrittenArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
}

interface Source extends WrittenArray {
  readonly layer: string;
  readonly path: string;
}

/**
 * Finds the arrays of all layers, and checks that they fit before one of them is read.
 *
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` naming the layer, `MODEL_INCOMPATIBLE`.
 */
export async function findWeights(
  layers: readonly PlannedLayer[],
  file: string,
  { hdf5, locate }: KerasFile,
): Promise<Source[]> {
  const counts = new Map<string, number>();
  const sources: Source[] = [];
  for (const layer of layers) {
    const number = counts.get(layer.kind) ?? 0;
    counts.set(layer.kind, number + 1);
    const parts = layer.converted.weights ?? [];
    if (parts.length === 0) continue;
    const paths = await locate(layer, number);
    for (const [index, part] of parts.entries()) {
      const path = paths[index] as string;
      const name = `${layer.name}/${part.name}`;
      const found = await hdf5.array(path);
      const [has, needs] = [found?.shape, part.shape].map((shape) => shape?.join(' × ') ?? 'none');
      if (has !== needs)
        throw damaged(file, `the layer ${layer.name} needs ${name} as ${needs}, and has ${has}`);
      if (found?.type !== '<f')
        throw unsupported(file, `the weights of the layer ${layer.name} are not 32-bit floats`);
      sources.push({ layer: layer.name, path, name, shape: part.shape, dtype: 'float32' });
    }
  }
  const bytes = 4 * sources.reduce((sum, { shape }) => sum + countOf(shape), 0);
  if (bytes > MOST_BYTES)
    throw unsupported(file, `its weights take ${bytes} bytes, and ${MOST_BYTES} are the most`);
  return sources;
}

/**
 * Copies the arrays into a file, some rows at a time.
 *
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` naming the layer.
 */
export async function copyWeights(
  sources: readonly Source[],
  file: string,
  { hdf5 }: KerasFile,
  target: FileHandle,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const total = sources.reduce((sum, { shape }) => sum + countOf(shape), 0);
  let done = 0;
  for (const { layer, path, shape } of sources) {
    const [rows = 1, ...rest] = shape;
    const size = countOf(rest);
    const step = Math.max(1, Math.floor(CHUNK_BYTES / 4 / size));
    for (let from = 0; from < rows; from += step) {
      const to = Math.min(rows, from + step);
      const values = await hdf5.rows(path, from, to);
      if (values.length !== (to - from) * size) throw damaged(file, `the layer ${layer} has too few weights`);
      if (!values.every(Number.isFinite)) {
        throw damaged(file, `the layer ${layer} has weights that are not finite numbers`);
      }
      await writeWhole(target, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      done += values.length;
      onProgress(done, total);
    }
  }
}

/** How many numbers an array of a shape has. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

async function writeWhole(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await target.write(bytes, at)).bytesWritten;
}
