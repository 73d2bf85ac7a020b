import { LABELS, type Scores } from '@toxicity-guard/core';
import type { Log } from './log.js';

const L = LABELS.length;

/** The rows of a log by what they can tell. */
export interface LogRows {
  readonly clean: readonly number[];
  /** Rows with any label. */
  readonly toxic: readonly number[];
  /** Rows with each label. */
  readonly positives: readonly (readonly number[])[];
}

/**
 * Which comments are toxic, since any label is 1, and which are clean: `toxic` is 0, or in a log that never says so
 * any label is. One whose labels leave it open is neither.
 */
export function sortOut({ labels }: Log): LogRows {
  const rows = Array.from({ length: labels.length / L }, (_, row) => row);
  const positives = LABELS.map((_, label) => rows.filter((row) => labels[row * L + label] === 1));
  const toxic = new Set(positives.flat());
  const saysToxic = rows.some((row) => (labels[row * L] as number) <= 1);
  const isZero = (row: number): boolean =>
    saysToxic ? labels[row * L] === 0 : labels.slice(row * L, row * L + L).includes(0);
  return {
    clean: rows.filter((row) => !toxic.has(row) && isZero(row)),
    toxic: rows.filter((row) => toxic.has(row)),
    positives,
  };
}

/**
 * What a level's thresholds do: the share of the clean comments that reach any of them, the same of the toxic ones,
 * the six thresholds, and for each label the share of its comments that reach its own; NaN where there are none.
 *
 * @param weights how often each toxic row counts. The clean ones always count once: those that a resample drew
 * keep their rate by construction, and only all of them show how far off its thresholds are.
 */
export function measureLevel(
  { scores }: Log,
  { clean, toxic, positives }: LogRows,
  thresholds: Scores,
  weights?: ArrayLike<number>,
): number[] {
  const levels = LABELS.map((label) => thresholds[label]);
  const reaches = (row: number, label: number): boolean =>
    (scores[row * L + label] as number) >= (levels[label] as number);
  const reachesAny = (row: number): boolean => levels.some((_, label) => reaches(row, label));
  return [
    share(clean, reachesAny),
    share(toxic, reachesAny, weights),
    ...levels,
    ...positives.map((rows, label) => share(rows, (row) => reaches(row, label), weights)),
  ];
}

function share(
  rows: readonly number[],
  isReached: (row: number) => boolean,
  weights?: ArrayLike<number>,
): number {
  let [reached, total] = [0, 0];
  for (const row of rows) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    total += weight;
    if (weight > 0 && isReached(row)) reached += weight;
  }
  return reached / total;
}
