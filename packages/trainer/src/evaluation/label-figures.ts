import { createPolicy, LABELS, type Label, type ModelInfo } from '@toxicity-guard/core';
import { Ranking, type RankingFigures } from '../metrics.js';
import { bootstrap, type Figure } from './bootstrap.js';
import type { LabelFigures, RateFigures, SourceFigures } from './figures.js';
import { columnOf, isHarmless, isToxic, onlyRows, type Scored } from './scored.js';

const L = LABELS.length;
/** The name of the group that holds every row. */
export const ALL = 'all';

const NAMES = [
  'auc',
  'averagePrecision',
  'recallAt1',
  'recallAt5',
  'calibrationError',
] as const satisfies readonly (keyof RankingFigures)[];
const RATES = ['harmlessFlagged', 'harmlessRefused', 'toxicFlagged', 'toxicRefused'] as const;

/** How figures get their intervals. */
export interface Sampling {
  readonly resamples: number;
  readonly seed: number;
  /** Called with the resamples done. */
  readonly onProgress?: (done: number) => void;
}

/** Figures of every label, for all rows and for each source. */
export function sourceFigures(
  scored: Scored,
  thresholds: ModelInfo['thresholds'],
  sampling: Sampling,
): SourceFigures[] {
  const groups = groupsOf(scored);
  const columns = LABELS.map((_, label) => ({
    scores: columnOf(scored.scores, label),
    labels: columnOf(scored.labels, label),
  }));
  const actions = actionsOf(scored, thresholds);
  const parts = groups.map(({ name, isIn }) => ({
    name,
    rows: scored.texts.reduce((sum, _, row) => sum + (isIn(row) ? 1 : 0), 0),
    rankings: columns.map(({ scores, labels }) => new Ranking(scores, onlyRows(labels, isIn))),
    rates: new Rates(scored, actions, isIn),
  }));
  const figures = bootstrap({ rows: scored.texts.length, ...sampling }, (weights) =>
    parts.flatMap(({ rankings, rates }) => [
      ...rankings.flatMap((ranking) => {
        const found = ranking.figures(weights);
        return NAMES.map((name) => found[name]);
      }),
      ...rates.shares(weights),
    ]),
  );
  let place = 0;
  const take = <K extends string>(names: readonly K[]): Record<K, Figure> =>
    Object.fromEntries(names.map((name) => [name, figures[place++]])) as Record<K, Figure>;
  return parts.map(({ name, rows, rankings, rates }) => {
    const labels = LABELS.map((label, index): [Label, LabelFigures] => [
      label,
      { ...(rankings[index] as Ranking).counts, ...take(NAMES) },
    ]);
    const found: RateFigures = { harmless: rates.harmless, toxic: rates.toxic, ...take(RATES) };
    return {
      source: name,
      rows,
      labels: Object.fromEntries(labels) as SourceFigures['labels'],
      rates: found,
    };
  });
}

function groupsOf({ sources, source }: Scored): { name: string; isIn: (row: number) => boolean }[] {
  const single = sources.map((name, index) => ({ name, isIn: (row: number) => source[row] === index }));
  return sources.length > 1 ? [{ name: ALL, isIn: () => true }, ...single] : single;
}

/** What the model's own thresholds say of each row: 0 nothing, 1 flagged, 2 refused. */
function actionsOf({ scores, texts }: Scored, thresholds: ModelInfo['thresholds']): Uint8Array {
  const policy = createPolicy({}, thresholds);
  return Uint8Array.from(texts, (_, row) => {
    const own = scores.subarray(row * L, row * L + L);
    const verdict = policy.judge(Object.fromEntries(LABELS.map((label, at) => [label, own[at]])) as never);
    return verdict === null ? 0 : verdict.action === 'flag' ? 1 : 2;
  });
}

/** Shares of harmless and of toxic rows that are flagged, refused ones among them, and refused. */
class Rates {
  private readonly harmlessRows: number[] = [];
  private readonly toxicRows: number[] = [];

  constructor(
    { labels, texts }: Scored,
    private readonly actions: Uint8Array,
    isIn: (row: number) => boolean,
  ) {
    for (let row = 0; row < texts.length; row++) {
      if (!isIn(row)) continue;
      if (isHarmless(labels, row)) this.harmlessRows.push(row);
      else if (isToxic(labels, row)) this.toxicRows.push(row);
    }
  }

  get harmless(): number {
    return this.harmlessRows.length;
  }

  get toxic(): number {
    return this.toxicRows.length;
  }

  /** In the order of {@link RATES}; NaN where there is no such row. */
  shares(weights?: ArrayLike<number>): number[] {
    return [this.harmlessRows, this.toxicRows].flatMap((rows) =>
      [1, 2].map((least) => {
        let [reached, total] = [0, 0];
        for (const row of rows) {
          const weight = weights === undefined ? 1 : (weights[row] as number);
          total += weight;
          if ((this.actions[row] as number) >= least) reached += weight;
        }
        return reached / total;
      }),
    );
  }
}
