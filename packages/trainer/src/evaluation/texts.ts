import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { LABELS } from '@toxicity-guard/core';
import { labelsAmong, type ReadProgress, type Row, readLabel, readRows } from './csv.js';

/** Labelled texts, column by column. */
export interface Texts {
  readonly texts: string[];
  /** Source of each text, as an index into `sources`. */
  readonly source: number[];
  readonly sources: string[];
  /** `texts.length` × 6, row by row: 0, 1 or `UNKNOWN`. */
  readonly labels: number[];
}

/** Texts whose toxic characters are marked. */
export interface SpanTexts {
  readonly texts: string[];
  /** Of each text, the offsets of its toxic characters, in code points. */
  readonly spans: (readonly number[])[];
}

/** A file as it was read. */
export interface ReadFile {
  /** Its name without folders: where it lay on somebody's machine is nobody's business. */
  readonly name: string;
  readonly sha256: string;
  readonly kind: 'labels' | 'spans';
  /** Rows that were taken, after the split was chosen. */
  readonly rows: number;
}

/** What {@link readTexts} found. */
export interface ReadTexts {
  readonly labelled: Texts;
  readonly marked: SpanTexts;
  readonly files: readonly ReadFile[];
}

/** How {@link readTexts} reads. */
export interface ReadTextsOptions {
  /** Takes the rows of this split alone. Default: all rows. */
  readonly split?: string | undefined;
  readonly onProgress?: (file: string, done: number, total: number) => void;
}

/**
 * Reads labelled texts and texts with toxic spans, from as many files as there are. A file with a column `spans`
 * holds spans; any other must have a label at the least. `source` and `split` are optional columns; the source of
 * a row that names none is its file.
 *
 * @throws {Error} that names file and row when a file is not of that form, or holds no row.
 */
export async function readTexts(
  paths: readonly string[],
  { split, onProgress }: ReadTextsOptions = {},
): Promise<ReadTexts> {
  const labelled: Texts = { texts: [], source: [], sources: [], labels: [] };
  const marked: SpanTexts = { texts: [], spans: [] };
  const files: ReadFile[] = [];
  for (const path of paths) {
    const name = basename(path);
    let isMarked = false;
    const checkHeader = (columns: readonly string[]): void => {
      isMarked = columns.includes('spans');
      checkColumns(path, columns, split);
    };
    const tell: ReadProgress = (done, total) => onProgress?.(name, done, total);
    let rows = 0;
    for await (const row of readRows(path, checkHeader, tell)) {
      if (split !== undefined && row.cell('split') !== split) continue;
      rows++;
      if (isMarked) addMarked(marked, row);
      else addLabelled(labelled, row, name.replace(/(\.csv)?(\.gz)?$/, ''));
    }
    if (rows === 0) {
      throw new Error(`${path}: holds no row${split === undefined ? '' : ` of the split ${split}`}`);
    }
    files.push({ name, sha256: await digestOf(path), kind: isMarked ? 'spans' : 'labels', rows });
  }
  return { labelled, marked, files };
}

function checkColumns(path: string, columns: readonly string[], split: string | undefined): void {
  const lacks = (what: string): Error => new Error(`${path}: the header lacks ${what}`);
  if (!columns.includes('text')) throw lacks('text');
  if (split !== undefined && !columns.includes('split')) {
    throw lacks(`split, and only the split ${split} was asked for`);
  }
  if (columns.includes('spans') || labelsAmong(columns).length > 0) return;
  throw lacks(`every label (${LABELS.join(', ')}), and has no spans either`);
}

function addLabelled({ texts, source, sources, labels }: Texts, row: Row, file: string): void {
  const name = row.cell('source') || file;
  let index = sources.indexOf(name);
  if (index === -1) index = sources.push(name) - 1;
  source.push(index);
  texts.push(row.cell('text') ?? '');
  for (const label of LABELS) labels.push(readLabel(row, label));
}

function addMarked({ texts, spans }: SpanTexts, row: Row): void {
  const wrong = (cause?: unknown): Error =>
    new Error(`${row.where}: expected spans to be a list of offsets such as [0, 1, 2]`, { cause });
  let offsets: unknown;
  try {
    offsets = JSON.parse(row.cell('spans') ?? '');
  } catch (error) {
    throw wrong(error);
  }
  const isOffset = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
  if (!Array.isArray(offsets) || !offsets.every(isOffset)) throw wrong();
  texts.push(row.cell('text') ?? '');
  spans.push(offsets);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
