import { type Classifier, LABELS } from '@toxicity-guard/core';
import { UNKNOWN } from '../comments.js';
import { labelsAmong, type Row, readLabel, readRows } from './csv.js';
import { scoreTexts } from './score.js';

const SCORE_COLUMNS = LABELS.map((label) => `${label}_score`);

/** A site's own labelled comments, with their scores. */
export interface Log {
  /** Rows × 6: 0, 1 or `UNKNOWN`. */
  readonly labels: number[];
  /** Rows × 6. */
  readonly scores: Float64Array;
  /** Comments that are longer than the classifier judges; they are left out. */
  readonly tooLong: number;
  /** Whether the scores were in the log, and not made from its texts. */
  readonly isScored: boolean;
}

/**
 * Reads a log of comments with any of the six labels, and with `text`, or with the columns `toxic_score` and so on
 * for all six.
 *
 * @throws {Error} that names file and row when the log is not of that form.
 */
export async function readLog(
  file: string,
  classifier: Classifier,
  onProgress?: (stage: string, done: number, total: number) => void,
): Promise<Log> {
  const labels: number[] = [];
  const texts: string[] = [];
  const scores: number[] = [];
  let isScored = false;
  const checkHeader = (columns: readonly string[]): void => {
    isScored = SCORE_COLUMNS.every((column) => columns.includes(column));
    checkColumns(file, columns, isScored);
  };
  const reading = readRows(file, checkHeader, (done, total) => onProgress?.('reading the log', done, total));
  for await (const row of reading) {
    for (const label of LABELS) labels.push(readLabel(row, label));
    if (!isScored) texts.push(row.cell('text') ?? '');
    else for (const column of SCORE_COLUMNS) scores.push(readScore(row, column));
  }
  if (isScored) return { labels, scores: Float64Array.from(scores), tooLong: 0, isScored };
  const judged = await scoreTexts(classifier, texts, (done) => onProgress?.('judging', done, texts.length));
  // A text without scores tells nothing of thresholds, and neither do its labels.
  const known = labels.map((label, place) => (Number.isNaN(judged[place]) ? UNKNOWN : label));
  const tooLong = judged.filter((score) => Number.isNaN(score)).length / LABELS.length;
  return { labels: known, scores: judged, tooLong, isScored };
}

function checkColumns(file: string, columns: readonly string[], isScored: boolean): void {
  if (labelsAmong(columns).length === 0) {
    throw new Error(`${file}: the header has none of the labels ${LABELS.join(', ')}`);
  }
  if (isScored || columns.includes('text')) return;
  const some = SCORE_COLUMNS.filter((column) => !columns.includes(column));
  throw new Error(
    some.length === SCORE_COLUMNS.length
      ? `${file}: the header lacks text`
      : `${file}: the header lacks text, and of the scores it lacks ${some.join(', ')}`,
  );
}

function readScore({ cell, where }: Row, column: string): number {
  const text = cell(column)?.trim() ?? '';
  const score = text === '' ? Number.NaN : Number(text);
  if (score >= 0 && score <= 1) return score;
  throw new Error(`${where}: expected ${column} to be a number between 0 and 1`);
}
