import { open, stat } from 'node:fs/promises';
import { openArchive } from './archive.js';
import type { Hdf5File } from './hdf5.js';
import { openLegacyFile } from './legacy-file.js';
import type { PlannedLayer } from './plan.js';
import { damaged, unsupported } from './problems.js';

/** A file of Keras, open. */
export interface KerasFile {
  /** Of the Keras that wrote it, such as `2.15.0`. */
  readonly version: string;
  /** The model's configuration. */
  readonly model: unknown;
  /** Where the weights are. */
  readonly hdf5: Hdf5File;
  /**
   * Finds the arrays of a layer's weights.
   *
   * @param number how many layers of this class come before it.
   * @returns paths, one for each part of its weights.
   * @throws {ToxicityGuardError} `MODEL_UNREADABLE` where the file holds others.
   */
  locate(layer: PlannedLayer, number: number): Promise<string[]>;
  close(): Promise<void>;
}

const HDF5 = Buffer.from('\x89HDF\r\n\x1A\n', 'latin1');
const ZIP = Buffer.from('PK\x03\x04', 'latin1');

/**
 * Opens a whole model, whatever the file is called.
 *
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE`, `MODEL_INCOMPATIBLE`.
 */
export async function openKerasFile(file: string): Promise<KerasFile> {
  const begin = await beginning(file);
  const opened = begin.equals(HDF5)
    ? await openLegacyFile(file)
    : begin.subarray(0, ZIP.length).equals(ZIP)
      ? await openArchive(file)
      : undefined;
  if (opened === undefined) throw damaged(file, 'it is neither an HDF5 file (.h5) nor a .keras archive');
  const major = majorOf(opened.version);
  if (major === 2 || major === 3) return opened;
  await opened.close();
  throw unsupported(file, `it was saved by Keras ${opened.version}, and only Keras 2 and 3 are imported`);
}

/** The first number of a version. */
export function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}

async function beginning(file: string): Promise<Buffer> {
  try {
    if (!(await stat(file)).isFile()) {
      throw damaged(
        file,
        'it is not a file. Save the model with model.save("model.keras") or model.save("model.h5")',
      );
    }
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HDF5.length), 0, HDF5.length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw damaged(file, 'there is no such file', error);
    throw code?.startsWith('MODEL_') === true ? error : damaged(file, message, error);
  }
}
