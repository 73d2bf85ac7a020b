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
    return [
      {
        label,
        auc: ranking.auc(),
        roc: thinOut(roc),
        calibration: ranking.calibration(),
        negatives: histogram(scores.filter((_, row) => labels[row] === 0)),
        positives: histogram(scores.filter((_, row) => labels[row] === 1)),
      },
    ];
  });
}

/** A curve's corners, and of very many only some: what lies on a straight line between two shows nothing. */
function thinOut(points: readonly RocPoint[]): RocPoint[] {
  const corners = points.filter((point, index) => {
    const [before, behind] = [points[index - 1], points[index + 1]];
    if (before === undefined || behind === undefined) return true;
    const isLevel = before.recall === point.recall && point.recall === behind.recall;
    const { falsePositiveRate: rate } = point;
    return !isLevel && !(before.falsePositiveRate === rate && rate === behind.falsePositiveRate);
  });
  const step = Math.ceil(corners.length / MOST_POINTS);
  return corners.filter((_, index) => index % step === 0 || index === corners.length - 1);
}

function histogram(scores: Float64Array): number[] {
  const bars = new Array<number>(BARS).fill(0);
  for (const score of scores) {
    const bar = Math.min(BARS - 1, Math.floor(score * BARS));
    bars[bar] = (bars[bar] as number) + 1 / scores.length;
  }
  return bars;
}
