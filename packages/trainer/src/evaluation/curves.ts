import { LABELS, type Label } from '@toxicity-guard/core';
import { type CalibrationBin, Ranking, type RocPoint } from '../metrics.js';
import { columnOf, type Scored } from './scored.js';

/** Bars of a histogram over scores of 0 to 1. */
const BARS = 40;
/** Points that are nearer to each other than a pixel of a plot are of no use. */
const PIXEL = 1 / 400;

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

/** Leaves out what nobody can see: on a root scale of the false positives, as it is drawn. */
function thinOut(points: readonly RocPoint[]): RocPoint[] {
  const isFar = (a: RocPoint, b: RocPoint): boolean =>
    Math.abs(Math.sqrt(a.falsePositiveRate) - Math.sqrt(b.falsePositiveRate)) >= PIXEL ||
    Math.abs(a.recall - b.recall) >= PIXEL;
  const kept: RocPoint[] = [];
  for (const [index, point] of points.entries()) {
    const last = kept.at(-1);
    const next = points[index + 1];
    // The end of a long straight line is next to where another begins.
    if (last === undefined || next === undefined || isFar(last, next)) kept.push(point);
  }
  return kept;
}

function histogram(scores: Float64Array): number[] {
  const bars = new Array<number>(BARS).fill(0);
  for (const score of scores) {
    const bar = Math.min(BARS - 1, Math.floor(score * BARS));
    bars[bar] = (bars[bar] as number) + 1 / scores.length;
  }
  return bars;
}
