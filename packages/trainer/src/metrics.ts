/** What a ranking of scores is worth; NaN where a class is missing. */
export interface RankingFigures {
  /** Area under the ROC curve; equal scores count half. */
  readonly auc: number;
  /** Mean precision over the steps of recall, as scikit-learn's `average_precision_score`. */
  readonly averagePrecision: number;
  /** Highest recall of a threshold at which at most 1 % of the negatives are found. */
  readonly recallAt1: number;
  /** The same at 5 %. */
  readonly recallAt5: number;
  /** Expected calibration error over {@link CALIBRATION_BINS} bins of equal mass. */
  readonly calibrationError: number;
}

/** Bins of equal mass over which scores are compared with what came true. */
export const CALIBRATION_BINS = 15;

/** One bin of a calibration curve. */
export interface CalibrationBin {
  readonly meanScore: number;
  readonly shareOfPositives: number;
}

/** One point of a ROC curve: what a threshold finds of the negatives and of the positives. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly recall: number;
}

/**
 * Labelled scores, sorted once, so that their figures can be taken again and again under other weights: a
 * bootstrap resample is a weight for each row, namely how often it was drawn.
 *
 * @example
 * new Ranking([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).figures().auc // 0.75
 */
export class Ranking {
  /** Rows with a label, those with the highest scores first. */
  private readonly rows: Int32Array;
  private readonly isPositive: Uint8Array;
  /** The distinct scores, highest first, and where each one's run ends in `rows`. */
  private readonly levels: Float64Array;
  private readonly ends: Int32Array;
  /** Weight of the positives and of the negatives of each level, as last gathered. */
  private readonly hits: Float64Array;
  private readonly misses: Float64Array;

  /**
   * @param scores one number a row, higher for likelier positive.
   * @param labels 1 for positive, 0 for negative; any other value leaves the row out.
   */
  constructor(scores: ArrayLike<number>, labels: ArrayLike<number>) {
    const rows: number[] = [];
    for (let row = 0; row < scores.length; row++) if ((labels[row] as number) <= 1) rows.push(row);
    rows.sort((a, b) => (scores[b] as number) - (scores[a] as number));
    const ends: number[] = [];
    for (let index = 1; index <= rows.length; index++) {
      if (scores[rows[index] as number] !== scores[rows[index - 1] as number]) ends.push(index);
    }
    this.rows = Int32Array.from(rows);
    this.isPositive = Uint8Array.from(rows, (row) => labels[row] as number);
    this.ends = Int32Array.from(ends);
    this.levels = Float64Array.from(ends, (end) => scores[rows[end - 1] as number] as number);
    this.hits = new Float64Array(ends.length);
    this.misses = new Float64Array(ends.length);
  }

  /** How many rows have a label, and how many of them are positive. */
  get counts(): { readonly rows: number; readonly positives: number } {
    return { rows: this.rows.length, positives: this.isPositive.reduce((sum, value) => sum + value, 0) };
  }

  /** @param weights how often each row counts, by its number in `scores`. Default: once. */
  figures(weights?: ArrayLike<number>): RankingFigures {
    const { positives, negatives } = this.gather(weights);
    let [found, alarms, precision, recallAt1, recallAt5] = [0, 0, 0, 0, 0];
    for (let level = 0; level < this.levels.length; level++) {
      const hits = this.hits[level] as number;
      found += hits;
      alarms += this.misses[level] as number;
      if (hits > 0) precision += hits * (found / (found + alarms));
      if (alarms / negatives <= 0.01) recallAt1 = found;
      if (alarms / negatives <= 0.05) recallAt5 = found;
    }
    const isOneSided = positives === 0 || negatives === 0;
    return {
      auc: this.area(),
      averagePrecision: precision / positives,
      recallAt1: isOneSided ? Number.NaN : recallAt1 / positives,
      recallAt5: isOneSided ? Number.NaN : recallAt5 / positives,
      calibrationError: this.calibrationError(positives + negatives),
    };
  }

  /** Area under the ROC curve alone, as {@link figures} has it. */
  auc(weights?: ArrayLike<number>): number {
    this.gather(weights);
    return this.area();
  }

  /** The ROC curve from (0, 0) to (1, 1), a point for each score; empty where a class is missing. */
  roc(): RocPoint[] {
    const { positives, negatives } = this.gather();
    if (positives === 0 || negatives === 0) return [];
    let [found, alarms] = [0, 0];
    const points: RocPoint[] = [{ falsePositiveRate: 0, recall: 0 }];
    for (let level = 0; level < this.levels.length; level++) {
      found += this.hits[level] as number;
      alarms += this.misses[level] as number;
      points.push({ falsePositiveRate: alarms / negatives, recall: found / positives });
    }
    return points;
  }

  /** The bins behind the calibration error, those with the highest scores first; empty without rows. */
  calibration(): CalibrationBin[] {
    const { positives, negatives } = this.gather();
    const bins: CalibrationBin[] = [];
    this.eachBin(positives + negatives, (mass, score, found) =>
      bins.push({ meanScore: score / mass, shareOfPositives: found / mass }),
    );
    return bins;
  }

  /** Sums the weights of each level; only this goes through the rows, which lie all over the weights. */
  private gather(weights?: ArrayLike<number>): { positives: number; negatives: number } {
    const totals = { positives: 0, negatives: 0 };
    let index = 0;
    for (let level = 0; level < this.levels.length; level++) {
      let [hits, misses] = [0, 0];
      for (const end = this.ends[level] as number; index < end; index++) {
        const weight = weights === undefined ? 1 : (weights[this.rows[index] as number] as number);
        if (this.isPositive[index] === 1) hits += weight;
        else misses += weight;
      }
      this.hits[level] = hits;
      this.misses[level] = misses;
      totals.positives += hits;
      totals.negatives += misses;
    }
    return totals;
  }

  private area(): number {
    let [found, alarms, pairs] = [0, 0, 0];
    for (let level = 0; level < this.levels.length; level++) {
      const hits = this.hits[level] as number;
      const misses = this.misses[level] as number;
      // Negatives of this level lie below the positives found so far, and level with half of its own.
      pairs += misses * (found + hits / 2);
      found += hits;
      alarms += misses;
    }
    return pairs / (found * alarms);
  }

  private calibrationError(total: number): number {
    let distance = 0;
    this.eachBin(total, (_, score, positives) => {
      distance += Math.abs(score - positives);
    });
    return distance / total;
  }

  /**
   * Tells each bin's mass, sum of scores and positives. Rows of one score are alike: where a bin's edge runs
   * through them, each side gets its share of their positives, and their order in the data decides nothing.
   */
  private eachBin(total: number, tell: (mass: number, score: number, positives: number) => void): void {
    const size = total / CALIBRATION_BINS;
    // Sums of fractions leave crumbs, which make no bin.
    const crumb = size * 1e-9;
    let [mass, score, positives] = [0, 0, 0];
    const close = (): void => {
      if (mass > crumb) tell(mass, score, positives);
      [mass, score, positives] = [0, 0, 0];
    };
    for (let level = 0; level < this.levels.length; level++) {
      const hits = this.hits[level] as number;
      const whole = hits + (this.misses[level] as number);
      for (let left = whole; left > crumb; ) {
        const part = Math.min(left, size - mass);
        mass += part;
        score += part * (this.levels[level] as number);
        positives += (part / whole) * hits;
        left -= part;
        if (size - mass <= crumb) close();
      }
    }
    close();
  }
}

/**
 * Area under the ROC curve; equal scores count half (Mann and Whitney 1947).
 *
 * @param scores one number a row, higher for likelier positive.
 * @param labels 1 for positive, 0 for negative; any other value leaves the row out.
 * @returns 0 to 1, or NaN when either class is missing.
 * @example
 * rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) // 0.75
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  return new Ranking(scores, labels).auc();
}
