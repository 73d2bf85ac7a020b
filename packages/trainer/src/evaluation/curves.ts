import { LABELS, type Label } from '@toxicity-guard/core';
import { type CalibrationBin, Ranking, type RocPoint } from '../metrics.js';
import { columnOf, type Scored } from './scored.js';

/** Bars of a histogram over scores of 0 to 1. */
const BARS = 40;
/** More points of a curve than a plot has pixels are of no use. */
const MOST_POINTS = 400;

/** What is drawn of one label. */
export interface LabelCurves {
  readonly label: Label;
  readonly auc: number;
  readonly roc: readonly RocPoint[];
  readonly calibration: readonly CalibrationBin[];
  /** Share of the negatives, and of the positives, whose scores fall into each of so many equal parts of 0 to 1. */
  readonly negatives: readonly number[];
  readonly positives: readonly number[];
}

/** The curves of every label that has both classes. */
export function labelCurves(scored: Scored): LabelCurves[] {
  return LABELS.flatMap((label, index) => {
    const scores = columnOf(scored.scores, index);
    const labels = columnOf(scored.labels, index);
    const ranking = new Ranking(scores, labels);
    const roc = ranking.roc();
    if (roc.length === 0) return [];
    const step = Math.ceil(roc.length / MOST_POINTS);
    return [
      {
        label,
        auc: ranking.auc(),
        roc: roc.filter((_, at) => at % step === 0 || at === roc.length - 1),
        calibration: ranking.calibration(),
        negatives: histogram(scores.filter((_, row) => labels[row] === 0)),
        positives: histogram(scores.filter((_, row) => labels[row] === 1)),
      },
    ];
  });
}

function histogram(scores: Float64Array): number[] {
  const bars = new Array<number>(BARS).fill(0);
  for (const score of scores) {
    const bar = Math.min(BARS - 1, Math.floor(score * BARS));
    bars[bar] = (bars[bar] as number) + 1 / scores.length;
  }
  return bars;
}
