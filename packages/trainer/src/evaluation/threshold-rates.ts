import { createClassifier, LABELS, type Label } from '@toxicity-guard/core';
import { showShare, table } from './markdown.js';
import { scoreTexts } from './score.js';
import { readTexts } from './texts.js';

/** Options of {@link thresholdRates}. */
export interface ThresholdRatesOptions {
  /** Labelled comments, CSV with `text`, `source`, `split` and the label. */
  readonly file: string;
  readonly label: Label;
  readonly thresholds: readonly number[];
  /** Takes the rows of this split and this source alone. */
  readonly split: string;
  readonly source: string;
}

/** What one threshold does, as shares of 0 to 1. */
export interface ThresholdRate {
  readonly threshold: number;
  /** Of all comments, those at or over it. */
  readonly reached: number;
  /** Of the comments without the label, those at or over it. */
  readonly falseAlarms: number;
  /** Of the comments with the label, those at or over it. */
  readonly found: number;
  /** Of the comments at or over it, those with the label. */
  readonly right: number;
}

/** What {@link thresholdRates} found. */
export interface ThresholdRates {
  readonly comments: number;
  readonly positives: number;
  readonly rates: readonly ThresholdRate[];
}

/** Says what thresholds for one score of the bundled model do on labelled comments. */
export async function thresholdRates({
  file,
  label,
  thresholds,
  split,
  source,
}: ThresholdRatesOptions): Promise<ThresholdRates> {
  const { labelled } = await readTexts([file], { split });
  const column = LABELS.indexOf(label);
  const rows = labelled.texts.flatMap((text, row) => {
    const value = labelled.labels[row * LABELS.length + column];
    const isOfSource = labelled.sources[labelled.source[row] as number] === source;
    return isOfSource && (value === 0 || value === 1) ? [{ text, value }] : [];
  });
  const classifier = createClassifier();
  const table = await scoreTexts(
    classifier,
    rows.map(({ text }) => text),
  );
  await classifier.close();
  const scored = rows.map(({ value }, row) => ({
    isPositive: value === 1,
    score: table[row * LABELS.length + column] as number,
  }));
  const positives = scored.filter(({ isPositive }) => isPositive).length;
  const rates = thresholds.map((threshold) => {
    const reached = scored.filter(({ score }) => score >= threshold);
    const found = reached.filter(({ isPositive }) => isPositive).length;
    return {
      threshold,
      reached: reached.length / scored.length,
      falseAlarms: (reached.length - found) / (scored.length - positives),
      found: found / positives,
      right: found / reached.length,
    };
  });
  return { comments: scored.length, positives, rates };
}

/** The rates as a Markdown table. */
export function thresholdTable({ rates }: ThresholdRates): string {
  const percent = (value: number): string => showShare({ value, low: null, high: null });
  return table(
    ['threshold', 'comments at or over it', 'of the harmless', 'of the toxic', 'toxic among them'],
    rates.map(({ threshold, reached, falseAlarms, found, right }) => [
      threshold.toFixed(2),
      percent(reached),
      percent(falseAlarms),
      percent(found),
      percent(right),
    ]),
  );
}
