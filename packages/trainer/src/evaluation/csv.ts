import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { LABELS, type Label } from '@toxicity-guard/core';
import { parse } from 'csv-parse';
import { UNKNOWN } from '../comments.js';

/** A quote that is never closed must not take the whole file into memory. */
const LONGEST_ROW = 16 * 1024 * 1024;

/** How much of a file is read, in bytes. */
export type ReadProgress = (done: number, total: number) => void;

/** One row of a file; a cell is asked for by its column's name and is `undefined` where there is no such column. */
export interface Row {
  readonly cell: (column: string) => string | undefined;
  /** The file and the row in it, for an error's message. */
  readonly where: string;
}

/**
 * Reads CSV with a header (RFC 4180, UTF-8, plain or gzip), row by row.
 *
 * @param checkHeader is given the columns before any row and throws where they are not those it needs.
 * @throws {Error} that names the file, and the line where it is not CSV.
 */
export async function* readRows(
  file: string,
  checkHeader: (columns: readonly string[]) => void,
  onProgress?: ReadProgress,
): AsyncGenerator<Row> {
  const { size } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(cause.code === 'ENOENT' ? `There is no file ${file}` : cause.message, { cause });
  });
  const source = createReadStream(file);
  const parser = parse({ bom: true, max_record_size: LONGEST_ROW });
  const reading = file.endsWith('.gz') ? pipeline(source, createGunzip(), parser) : pipeline(source, parser);
  // Whoever reads the parser gets the same error.
  reading.catch(() => {});
  let places: Map<string, number> | undefined;
  let count = 1;
  let told = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (places === undefined) {
        places = new Map(cells.map((name, index) => [name.trim(), index]));
        checkHeader([...places.keys()]);
        continue;
      }
      const known = places;
      count++;
      if (source.bytesRead > told) {
        told = source.bytesRead;
        onProgress?.(told, size);
      }
      yield {
        where: `${file}: row ${count}`,
        cell: (column) => {
          const place = known.get(column);
          return place === undefined ? undefined : cells[place];
        },
      };
    }
  } catch (error) {
    throw readable(error, file);
  }
  if (places === undefined) throw new Error(`${file}: is empty`);
}

/** A label as files give it: 1, 0, or blank for unknown, as a column that is not there is. */
export function readLabel({ cell, where }: Row, label: Label): number {
  const text = cell(label)?.trim() ?? '';
  if (text === '') return UNKNOWN;
  if (text === '0' || text === '1') return Number(text);
  throw new Error(`${where}: expected ${label} to be 0, 1 or blank`);
}

/** The labels that some columns are. */
export function labelsAmong(columns: readonly string[]): Label[] {
  return LABELS.filter((label) => columns.includes(label));
}

/** The parser's messages quote what they could not read, so they are not passed on. */
function readable(error: unknown, file: string): unknown {
  const { code, lines } = error as { code?: string; lines?: number };
  if (code?.startsWith('CSV_')) {
    return new Error(`${file}: line ${lines ?? 1} is not CSV of as many columns as its header (${code})`, {
      cause: error,
    });
  }
  if (code?.startsWith('Z_')) return new Error(`${file}: is not gzip (${code})`, { cause: error });
  return error;
}
