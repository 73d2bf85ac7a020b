import { describe, expect, it } from 'vitest';
import { bootstrap, percentile } from '../src/evaluation/bootstrap.js';
import { Ranking, type RankingFigures, rocAuc } from '../src/metrics.js';

/** Scores and labels from a linear congruential generator that `sklearn-figures.py` repeats. */
function example(rows: number, seed: number, levels: number): { scores: number[]; labels: number[] } {
  let state = BigInt(seed);
  const numbers = Array.from({ length: 2 * rows }, () => {
    state = (state * 1103515245n + 12345n) % 2147483648n;
    return Number(state) / 2147483648;
  });
  const labels = numbers.slice(0, rows).map((number) => (number < 0.3 ? 1 : 0));
  const scores = numbers
    .slice(rows)
    .map(
      (number, row) => Math.floor((0.6 * number + 0.4 * (labels[row] as number) * number) * levels) / levels,
    );
  return { scores, labels };
}

// Printed by `python3 packages/trainer/test/sklearn-figures.py` with scikit-learn 1.9.1.
const SKLEARN: readonly (Partial<RankingFigures> & {
  rows: number;
  seed: number;
  levels: number;
  weighted: boolean;
})[] = [
  {
    rows: 150,
    seed: 1,
    levels: 1000000,
    weighted: false,
    auc: 0.7114197530864198,
    averagePrecision: 0.6548157899403702,
    recallAt1: 0.38095238095238093,
    recallAt5: 0.40476190476190477,
    calibrationError: 0.1650332866666667,
  },
  {
    rows: 150,
    seed: 1,
    levels: 1000000,
    weighted: true,
    auc: 0.72,
    averagePrecision: 0.6628996024242879,
    recallAt1: 0.36923076923076925,
    recallAt5: 0.4,
    calibrationError: 0.13911206666666667,
  },
  {
    rows: 300,
    seed: 7,
    levels: 1000000,
    weighted: false,
    auc: 0.6933862433862433,
    averagePrecision: 0.6550701676328566,
    recallAt1: 0.37777777777777777,
    recallAt5: 0.3888888888888889,
    calibrationError: 0.16141800999999997,
  },
  {
    rows: 300,
    seed: 7,
    levels: 1000000,
    weighted: true,
    auc: 0.6443526769542853,
    averagePrecision: 0.5941157754126148,
    recallAt1: 0.3178294573643411,
    recallAt5: 0.3643410852713178,
    calibrationError: 0.18992404000000002,
  },
  {
    rows: 1000,
    seed: 3,
    levels: 20,
    weighted: false,
    auc: 0.7057643758765779,
    averagePrecision: 0.6552028086214502,
    recallAt1: 0.3935483870967742,
    recallAt5: 0.3935483870967742,
  },
  {
    rows: 1000,
    seed: 3,
    levels: 20,
    weighted: true,
    auc: 0.7118907906480161,
    averagePrecision: 0.668491319820653,
    recallAt1: 0.4199134199134199,
    recallAt5: 0.4199134199134199,
  },
];

describe('the figures of a ranking', () => {
  it.each(SKLEARN)('are those of scikit-learn: $rows rows, weighted: $weighted', (expected) => {
    const { rows, seed, levels, weighted, ...figures } = expected;
    const { scores, labels } = example(rows, seed, levels);
    const weights = weighted ? labels.map((_, row) => (row * 7) % 4) : undefined;
    const ranking = new Ranking(scores, labels);
    const found = ranking.figures(weights);
    expect(Object.keys(figures).length).toBeGreaterThanOrEqual(4);
    for (const [name, value] of Object.entries(figures)) {
      expect(found[name as keyof RankingFigures], name).toBeCloseTo(value, 12);
    }
    expect(ranking.auc(weights)).toBeCloseTo(figures.auc as number, 12);
  });

  it('are those by hand', () => {
    // Down the ranking: +, -, +, -. Of four pairs, three are in order.
    const { auc, averagePrecision, recallAt1 } = new Ranking([0.9, 0.6, 0.5, 0.1], [1, 0, 1, 0]).figures();
    expect(auc).toBe(0.75);
    expect(averagePrecision).toBeCloseTo((1 / 1 + 2 / 3) / 2, 15);
    expect(recallAt1).toBe(0.5);
    // Thirty rows, two a bin, each bin of one score and half positive: every bin is off by |score - 1/2|.
    const scores = Array.from({ length: 30 }, (_, row) => Math.floor(row / 2) / 14);
    const labels = scores.map((_, row) => row % 2);
    const mean = scores.reduce((sum, score) => sum + Math.abs(score - 0.5), 0) / 30;
    expect(new Ranking(scores, labels).figures().calibrationError).toBeCloseTo(mean, 12);
  });

  it('count equal scores half, and tell nothing where all are equal', () => {
    const { auc, averagePrecision, recallAt1, recallAt5 } = new Ranking([1, 1, 1, 1], [1, 0, 0, 0]).figures();
    expect([auc, averagePrecision, recallAt1, recallAt5]).toEqual([0.5, 0.25, 0, 0]);
  });

  it('do not depend on the order of the rows', () => {
    const { scores, labels } = example(200, 5, 10);
    const order = scores.map((_, row) => (row * 77) % 200);
    const pick = (values: number[]) => order.map((row) => values[row] as number);
    const shuffled = new Ranking(pick(scores), pick(labels)).figures();
    for (const [name, value] of Object.entries(new Ranking(scores, labels).figures())) {
      expect(shuffled[name as keyof RankingFigures], name).toBeCloseTo(value, 12);
    }
  });

  it('leave unknown labels out', () => {
    expect(new Ranking([0.1, 0.9, 0.5, 0.7], [0, 1, 255, 255]).counts).toEqual({ rows: 2, positives: 1 });
    expect(rocAuc([0.1, 0.4, 0.9, 0.35, 0.8], [0, 0, 255, 1, 1])).toBe(0.75);
  });

  it('are NaN where a class is missing', () => {
    for (const labels of [
      [1, 1],
      [0, 0],
      [255, 255],
    ]) {
      const { auc, recallAt1, recallAt5 } = new Ranking([0.2, 0.3], labels).figures();
      expect([auc, recallAt1, recallAt5]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      expect(new Ranking([0.2, 0.3], labels).roc()).toEqual([]);
    }
    expect(new Ranking([], []).figures().calibrationError).toBeNaN();
    expect(new Ranking([], []).calibration()).toEqual([]);
  });

  it('have a curve that encloses the area, and bins of equal mass that hold the error', () => {
    const { scores, labels } = example(300, 7, 1e6);
    const ranking = new Ranking(scores, labels);
    const { auc, calibrationError } = ranking.figures();
    const curve = ranking.roc();
    let area = 0;
    for (const [index, { falsePositiveRate, recall }] of curve.entries()) {
      const before = curve[index - 1] ?? { falsePositiveRate: 0, recall: 0 };
      area += ((falsePositiveRate - before.falsePositiveRate) * (recall + before.recall)) / 2;
    }
    expect(area).toBeCloseTo(auc, 12);
    const bins = ranking.calibration();
    expect(bins).toHaveLength(15);
    const gaps = bins.map(({ meanScore, shareOfPositives }) => Math.abs(meanScore - shareOfPositives));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / 15).toBeCloseTo(calibrationError, 12);
  });
});

describe('the bootstrap', () => {
  const { scores, labels } = example(400, 11, 1e6);
  const ranking = new Ranking(scores, labels);
  const run = (seed: number, resamples = 500) =>
    bootstrap({ rows: 400, resamples, seed }, (weights) => [ranking.auc(weights), 1, Number.NaN]);

  it('is seeded', () => {
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it('has the width that theory gives', () => {
    const [auc, constant, missing] = run(1, 2000);
    // Hanley and McNeil 1982.
    const area = auc?.value as number;
    const { positives } = ranking.counts;
    const negatives = 400 - positives;
    const q1 = area / (2 - area);
    const q2 = (2 * area ** 2) / (1 + area);
    const variance =
      (area * (1 - area) + (positives - 1) * (q1 - area ** 2) + (negatives - 1) * (q2 - area ** 2)) /
      (positives * negatives);
    const width = 2 * 1.96 * Math.sqrt(variance);
    expect((auc?.high as number) - (auc?.low as number)).toBeGreaterThan(width * 0.85);
    expect((auc?.high as number) - (auc?.low as number)).toBeLessThan(width * 1.15);
    expect(constant).toEqual({ value: 1, low: 1, high: 1 });
    expect(missing).toEqual({ value: null, low: null, high: null });
  });

  it('gives no interval where it may not: no resamples, or a class that most of them lack', () => {
    expect(run(1, 0)[0]).toMatchObject({ low: null, high: null });
    const lonely = new Ranking([0.9, 0.1, 0.2, 0.3], [1, 0, 0, 0]);
    const [figure] = bootstrap({ rows: 4, resamples: 300, seed: 1 }, (weights) => [lonely.auc(weights)]);
    expect(figure).toEqual({ value: 1, low: null, high: null });
  });

  it('takes percentiles as NumPy does', () => {
    // numpy.percentile([1, 2, 4, 8], [0, 2.5, 50, 97.5, 100])
    const found = [0, 0.025, 0.5, 0.975, 1].map((share) => percentile([1, 2, 4, 8], share));
    for (const [index, value] of [1, 1.075, 3, 7.7, 8].entries()) expect(found[index]).toBeCloseTo(value, 12);
  });
});
