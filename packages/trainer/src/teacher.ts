import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { LABELS } from '@toxicity-guard/core/training';

/**
 * Reads a larger network's scores, one row a comment in the comments' order: CSV, plain or gzip, whose header
 * is the six labels.
 *
 * @param rows how many comments there are.
 * @throws {Error} that names file and line.
 */
export async function readTeacher(file: string, rows: number): Promise<Float32Array> {
  const bytes = await readFile(file);
  const text = (file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes).toString('utf8');
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines[0] !== LABELS.join()) throw new Error(`${file}: expected the header ${LABELS.join()}`);
  if (lines.length - 1 !== rows) {
    throw new Error(`${file}: has ${lines.length - 1} rows, but there are ${rows} comments`);
  }
  const scores = new Float32Array(rows * LABELS.length);
  for (let row = 0; row < rows; row++) {
    const cells = (lines[row + 1] as string).split(',').map(Number);
    if (cells.length !== LABELS.length || !cells.every((score) => score >= 0 && score <= 1)) {
      throw new Error(`${file}: row ${row + 2}: expected six numbers between 0 and 1`);
    }
    scores.set(cells, row * LABELS.length);
  }
  return scores;
}
