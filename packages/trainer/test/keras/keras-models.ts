import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** An array as make-models.py wrote it. */
export interface SavedArray {
  readonly shape: number[];
  readonly values: number[];
}

/** What Keras gave for some inputs. */
export interface SavedAnswers {
  readonly inputs: readonly SavedArray[];
  readonly outputs: readonly SavedArray[];
}

const models = new URL('models/', import.meta.url);

/** Names of a Keras's models that can be imported, with its answers. */
export async function answersOf(keras: 2 | 3): Promise<Record<string, SavedAnswers>> {
  return JSON.parse(await readFile(new URL(`keras-${keras}/answers.json`, models), 'utf8'));
}

/** The bytes of a model's file, such as `keras-2/gru.h5`. */
export async function bytesOf(name: string): Promise<Buffer> {
  return gunzipSync(await readFile(new URL(`${name}.gz`, models)));
}

/** Puts a model's file into a folder, and gives its path. */
export async function unpack(name: string, folder: string): Promise<string> {
  const file = join(folder, name.replace('/', '-'));
  await mkdir(folder, { recursive: true });
  await writeFile(file, await bytesOf(name));
  return file;
}
