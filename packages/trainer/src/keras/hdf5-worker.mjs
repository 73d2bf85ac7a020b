// Reads an HDF5 file with HDF5's own C code, in a thread of its own: what a damaged file does to it ends here.
// Plain JavaScript, because a thread starts from a file as it is, from the sources too.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { File, ready } from 'h5wasm';

/** Longer attributes and groups with more members are no model's. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_MEMBERS = 100_000;

const module = await ready;
const { FS } = module;
const descriptor = openSync(workerData, 'r');
mount('/model.h5', descriptor);
module.activate_throwing_error_handler();
const file = new File('/model.h5', 'r');

const operations = {
  /** A string or a list of them; `undefined` where there is none of this name. */
  attribute(path, name) {
    const found = find(path);
    if (found === undefined || !module.get_attribute_names(file.file_id, path).includes(name))
      return undefined;
    const { size, total_size: count } = module.get_attribute_metadata(file.file_id, path, name);
    if (size * count > MOST_BYTES) throw new Error('The attribute is too long');
    return found.get_attribute(name, true);
  },
  /** Names of a group's members; `undefined` where there is no such group. */
  members(path) {
    const found = find(path);
    if (found?.type !== 'Group') return undefined;
    const names = found.keys();
    if (names.length > MOST_MEMBERS) throw new Error('The group has too many members');
    return names;
  },
  /** Shape and type of an array, such as `<f`; `undefined` where there is no such array. */
  array(path) {
    const found = find(path);
    return found?.type === 'Dataset' ? { shape: found.shape, type: found.dtype } : undefined;
  },
  /** Some rows of an array of 32-bit floats. */
  rows(path, from, to) {
    return find(path).slice([[from, to]]);
  },
};

parentPort.on('message', ({ id, operation, parameters }) => {
  try {
    const result = operations[operation](...parameters);
    parentPort.postMessage({ id, result }, ArrayBuffer.isView(result) ? [result.buffer] : []);
  } catch (error) {
    parentPort.postMessage({ id, error: String(error?.message ?? error) });
  }
});
parentPort.on('close', () => closeSync(descriptor));

/** What is at a path, without following links out of the file. */
function find(path) {
  let at = '';
  for (const part of path.split('/').filter((name) => name !== '')) {
    const members = module.get_names(file.file_id, at === '' ? '/' : at, false);
    if (!members.includes(part)) return undefined;
    at += `/${part}`;
  }
  return at === '' ? file : (file.get(at) ?? undefined);
}

/**
 * Puts the file into the file system that HDF5 sees, which has nothing else in it: a link to another file leads
 * nowhere, and of the file only what is asked for is read.
 */
function mount(path, fd) {
  FS.writeFile(path, new Uint8Array(0));
  const { node } = FS.lookupPath(path);
  node.usedBytes = fstatSync(fd).size;
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream, buffer, offset, length, position) => readSync(fd, buffer, offset, length, position),
    write: () => {
      throw new FS.ErrnoError(29);
    },
  };
}
