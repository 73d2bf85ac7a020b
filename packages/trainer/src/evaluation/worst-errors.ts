import { LABELS, type Label } from '@toxicity-guard/core';
import type { Scored } from './scored.js';

const L = LABELS.length;
/** Errors of each kind that are kept for a label. */
const MOST = 25;

/** One text that the classifier and people judge most differently. */
export interface WorstError {
  readonly label: Label;
  readonly kind: 'false alarm' | 'miss';
  readonly score: number;
  readonly source: string;
  readonly text: string;
}

/** For each label the negatives with the highest scores and the positives with the lowest, worst first. */
export function worstErrors(scored: Scored): WorstError[] {
  return LABELS.flatMap((label, index) => {
    const scoreOf = (row: number): number => scored.scores[row * L + index] as number;
    const rowsOf = (value: number): number[] =>
      Array.from(scored.texts.keys()).filter((row) => scored.labels[row * L + index] === value);
    const toError =
      (kind: WorstError['kind']) =>
      (row: number): WorstError => ({
        label,
        kind,
        score: scoreOf(row),
        source: scored.sources[scored.source[row] as number] as string,
        text: scored.texts[row] as string,
      });
    const alarms = rowsOf(0).sort((a, b) => scoreOf(b) - scoreOf(a));
    const misses = rowsOf(1).sort((a, b) => scoreOf(a) - scoreOf(b));
    return [
      ...alarms.slice(0, MOST).map(toError('false alarm')),
      ...misses.slice(0, MOST).map(toError('miss')),
    ];
  });
}

/** The errors as CSV (RFC 4180), scores with four digits. */
export function errorsToCsv(errors: readonly WorstError[]): string {
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = errors.map(({ label, kind, score, source, text }) =>
    [label, kind, score.toFixed(4), quote(source), quote(text)].join(','),
  );
  return `${['label,kind,score,source,text', ...lines].join('\r\n')}\r\n`;
}
