import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { Hdf5File } from './hdf5.js';
import { isJson, parseKerasJson } from './json.js';
import type { KerasFile } from './keras-file.js';
import type { PlannedLayer } from './plan.js';
import { damaged } from './problems.js';
import { MOST_BYTES } from './weights.js';

/** More is no configuration. */
const MOST_JSON_BYTES = 16 * 1024 * 1024;
const WEIGHTS = 'model.weights.h5';
const MEMBERS = ['metadata.json', 'config.json', WEIGHTS] as const;

/** Opens a `.keras` archive: a zip file with two JSON files, and an HDF5 file that holds arrays and no names. */
export async function openArchive(file: string): Promise<KerasFile> {
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-keras-'));
  let hdf5: Hdf5File | undefined;
  const close = async (): Promise<void> => {
    await hdf5?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const weights = join(folder, WEIGHTS);
    const { metadata, config } = await unpack(file, weights);
    const version = isJson(metadata) ? metadata.keras_version : undefined;
    if (typeof version !== 'string') throw damaged(file, 'it does not tell which Keras wrote it');
    const source = new Hdf5File(weights, file);
    hdf5 = source;
    return {
      version,
      model: config,
      hdf5: source,
      locate: (layer, number) => locate(layer, number, source, file),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function unpack(file: string, weights: string): Promise<{ metadata: unknown; config: unknown }> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    const entries = await entriesOf(zip, file);
    const [metadata, config, arrays] = MEMBERS.map((name) => {
      const entry = entries.get(name);
      if (entry === undefined) throw damaged(file, `it is a zip file without a ${name} in it`);
      return entry;
    }) as [Entry, Entry, Entry];
    if (arrays.uncompressedSize > 2 * MOST_BYTES) throw damaged(file, 'its weights are too large');
    await pipeline(await zip.openReadStreamPromise(arrays), checked(arrays), createWriteStream(weights));
    return { metadata: await readJson(zip, metadata), config: await readJson(zip, config) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('MODEL_') === true ? error : damaged(file, message, error);
  } finally {
    zip?.close();
  }
}

async function entriesOf(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw damaged(file, `it holds ${entry.fileName} twice`);
    if (MEMBERS.some((name) => name === entry.fileName)) entries.set(entry.fileName, entry);
  }
  return entries;
}

async function readJson(zip: ZipFile, entry: Entry): Promise<unknown> {
  if (entry.uncompressedSize > MOST_JSON_BYTES) throw new Error(`its ${entry.fileName} is too large`);
  const chunks: Buffer[] = [];
  const source = await zip.openReadStreamPromise(entry);
  for await (const chunk of checked(entry)(source)) chunks.push(chunk);
  try {
    return parseKerasJson(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new Error(`its ${entry.fileName} is not JSON`, { cause });
  }
}

/** Passes a member on, and throws at its end where it is not what was packed. */
function checked({ fileName, crc32: expected }: Entry) {
  return async function* (source: Readable): AsyncGenerator<Buffer> {
    let sum = 0;
    for await (const chunk of source as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    if (sum !== expected) throw new Error(`its ${fileName} is damaged`);
  };
}

/** Keras 3 keeps a layer under its class, `layers/dense_1` for the second Dense, whatever the layer's own name is. */
async function locate(
  { name, kind, converted }: PlannedLayer,
  number: number,
  hdf5: Hdf5File,
  file: string,
): Promise<string[]> {
  const parts = converted.weights ?? [];
  const group = `/layers/${snakeCase(kind)}${number === 0 ? '' : `_${number}`}`;
  for (const place of new Set(parts.map((part) => part.place))) {
    const needed = parts.filter((part) => part.place === place).length;
    const found = (await hdf5.members(`${group}/${place}`))?.length ?? 0;
    if (found !== needed) {
      throw damaged(file, `the layer ${name} needs ${needed} arrays of weights, and has ${found}`);
    }
  }
  return parts.map(({ place, index }) => `${group}/${place}/${index}`);
}

function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
