import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createGunzip } from 'node:zlib';
import { readCsv } from './read-csv.mjs';
import { readJsonLines } from './read-json-lines.mjs';

/**
 * Opens an archive: a file of JSON lines or CSV, packed by gzip or not, or a module of yours that reads a database.
 *
 * It has `read(after)`, which gives records `{ id, text, cursor }` from the one after a cursor on, or from the first
 * where that is `undefined`; and it may have `share()`, how much of it is read, from 0 to 1.
 */
export async function openArchive(path) {
  const [, format, packed] = /\.(mjs|jsonl|ndjson|csv)(\.gz)?$/i.exec(path) ?? [];
  if (format === undefined)
    throw new Error('The archive is a .jsonl, .ndjson or .csv file, also .gz, or an .mjs module.');
  if (format === 'mjs') return await import(pathToFileURL(resolve(path)));
  const { size } = await stat(path);
  const file = createReadStream(path);
  // Whoever reads the unpacked text hears of a failure of the file too.
  const input = packed === undefined ? file : pipeline(file, createGunzip(), () => {});
  const reader = format.toLowerCase() === 'csv' ? readCsv : readJsonLines;
  return { read: (after = 0) => reader(input, after), share: () => (size === 0 ? 1 : file.bytesRead / size) };
}
