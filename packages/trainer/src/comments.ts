import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { LABELS } from '@toxicity-guard/core/training';
import { parse } from 'csv-parse';

/** A label that nobody gave: masked out of the loss and of every figure. */
export const UNKNOWN = 255;

/** Labelled comments, column by column. */
export interface Comments {
  readonly texts: string[];
  /** Source of each comment, as an index into `sources`. */
  readonly source: number[];
  readonly sources: string[];
  readonly isDev: boolean[];
  /** `texts.length` × 6, row by row: 0, 1 or {@link UNKNOWN}. */
  readonly labels: Uint8Array;
}

const COLUMNS = ['source', 'split', ...LABELS, 'text'];

/**
 * Reads labelled comments from CSV (RFC 4180, UTF-8, plain or gzip) with the header
 * `source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text`. A label is `1`, `0` or blank
 * for unknown; `split` is `train` or `dev`.
 *
 * @throws {Error} that names file and line when the header or a cell is not of that form.
 */
export async function readComments(file: string): Promise<Comments> {
  const texts: string[] = [];
  const source: number[] = [];
  const sources: string[] = [];
  const isDev: boolean[] = [];
  const labels: number[] = [];
  const stream = createReadStream(file);
  const parser = parse({ bom: true });
  let position: number[] | undefined;
  const collect = async (rows: AsyncIterable<string[]>): Promise<void> => {
    for await (const row of rows) {
      if (position === undefined) {
        position = COLUMNS.map((column) => row.indexOf(column));
        const missing = COLUMNS.filter((_, index) => position?.[index] === -1);
        if (missing.length > 0) throw new Error(`${file}: the header lacks ${missing.join(', ')}`);
        continue;
      }
      const cells = position.map((index) => row[index] ?? '');
      const [name = '', split = ''] = cells;
      const where = `${file}: row ${texts.length + 2}`;
      if (split !== 'train' && split !== 'dev') {
        throw new Error(`${where}: expected split to be train or dev, got ${JSON.stringify(split)}`);
      }
      for (const [index, label] of LABELS.entries()) {
        const cell = cells[index + 2];
        if (cell !== '0' && cell !== '1' && cell !== '') {
          throw new Error(`${where}: expected ${label} to be 0, 1 or blank`);
        }
        labels.push(cell === '' ? UNKNOWN : Number(cell));
      }
      let index = sources.indexOf(name);
      if (index === -1) index = sources.push(name) - 1;
      source.push(index);
      isDev.push(split === 'dev');
      texts.push(cells[COLUMNS.length - 1] as string);
    }
  };
  await (file.endsWith('.gz')
    ? pipeline(stream, createGunzip(), parser, collect)
    : pipeline(stream, parser, collect));
  if (position === undefined) throw new Error(`${file}: is empty`);
  return { texts, source, sources, isDev, labels: Uint8Array.from(labels) };
}
