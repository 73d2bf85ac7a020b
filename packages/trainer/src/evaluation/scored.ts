import { LABELS } from '@toxicity-guard/core';
import { UNKNOWN } from '../comments.js';
import type { Texts } from './texts.js';

const L = LABELS.length;

/** Texts with what people and what the classifier say of them. */
export interface Scored extends Texts {
  /** `texts.length` × 6, row by row. */
  readonly scores: Float64Array;
}

/** Some rows of scored texts. */
export function pickRows(scored: Scored, rows: readonly number[]): Scored {
  const scores = new Float64Array(rows.length * L);
  for (const [index, row] of rows.entries())
    scores.set(scored.scores.subarray(row * L, row * L + L), index * L);
  return {
    texts: rows.map((row) => scored.texts[row] as string),
    source: rows.map((row) => scored.source[row] as number),
    sources: scored.sources,
    labels: rows.flatMap((row) => scored.labels.slice(row * L, row * L + L)),
    scores,
  };
}

/** One label's column of a table of six. */
export function columnOf(table: ArrayLike<number>, label: number): Float64Array {
  return Float64Array.from({ length: table.length / L }, (_, row) => table[row * L + label] as number);
}

/** A column with the label of some rows alone; the others' is unknown. */
export function onlyRows(labels: ArrayLike<number>, isWanted: (row: number) => boolean): Uint8Array {
  return Uint8Array.from(labels, (label, row) => (isWanted(row) ? label : UNKNOWN));
}

/** Whether a row is harmless: `toxic` is 0 and no label is 1. */
export function isHarmless(labels: readonly number[], row: number): boolean {
  return labels[row * L] === 0 && !isToxic(labels, row);
}

/** Whether any label of a row is 1. */
export function isToxic(labels: readonly number[], row: number): boolean {
  return LABELS.some((_, label) => labels[row * L + label] === 1);
}
