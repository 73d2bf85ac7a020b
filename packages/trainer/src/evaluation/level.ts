import { LABELS, type Scores } from '@toxicity-guard/core';

const L = LABELS.length;

/** Where the thresholds of one level lie. */
export interface Level {
  readonly toxic: number;
  /** The threshold of every label but `toxic`. */
  readonly others: number;
}

/**
 * Finds the thresholds at which at most a share of clean comments reaches a level, for any label. The other labels
 * are kinds of `toxic`: they share one threshold, take at most half of what may be reached, and `toxic` takes the
 * rest, since it finds more for it than six labels that share it evenly.
 */
export class LevelFinder {
  /** `toxic`, and the highest of the other labels, of each clean comment. */
  private readonly toxic: Float64Array;
  private readonly others: Float64Array;
  /** Clean comments by either, highest first. */
  private readonly byToxic: readonly number[];
  private readonly byOthers: readonly number[];

  /**
   * @param scores rows × 6.
   * @param clean the rows that are clean comments.
   */
  constructor(
    scores: Float64Array,
    private readonly clean: readonly number[],
  ) {
    this.toxic = Float64Array.from(clean, (row) => scores[row * L] as number);
    this.others = Float64Array.from(clean, (row) => Math.max(...scores.subarray(row * L + 1, row * L + L)));
    const ranked = (values: Float64Array): number[] =>
      Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
    this.byToxic = ranked(this.toxic);
    this.byOthers = ranked(this.others);
  }

  /**
   * @param share of the clean comments that may reach the level.
   * @param least no threshold of the other labels lies lower: a text is no threat at a score of 0.1.
   * @param weights how often each row of `scores` counts. Default: once.
   */
  find(share: number, least: number, weights?: ArrayLike<number>): Level {
    const weightOf = (index: number): number =>
      weights === undefined ? 1 : (weights[this.clean[index] as number] as number);
    let total = 0;
    for (let index = 0; index < this.clean.length; index++) total += weightOf(index);
    const budget = Math.floor(share * total);
    const others = Math.max(least, firstBeyond(this.byOthers, this.others, Math.floor(budget / 2), weightOf));
    let spent = 0;
    for (const index of this.byOthers) {
      if ((this.others[index] as number) < others) break;
      spent += weightOf(index);
    }
    const rest = (index: number): number => ((this.others[index] as number) < others ? weightOf(index) : 0);
    return { toxic: firstBeyond(this.byToxic, this.toxic, budget - spent, rest), others };
  }
}

/** The lowest threshold of three digits, at most 1, that no more than a budget of the comments reach. */
function firstBeyond(
  ranked: readonly number[],
  scores: Float64Array,
  budget: number,
  weightOf: (index: number) => number,
): number {
  let reached = 0;
  for (const index of ranked) {
    reached += weightOf(index);
    // This score is one too many: it must stay below.
    if (reached > budget) return Math.min(1, Math.ceil(((scores[index] as number) + 1e-6) * 1000) / 1000);
  }
  return 0;
}

/** A level as the guard takes it. */
export function toScores({ toxic, others }: Level): Scores {
  return {
    toxic,
    severe_toxic: others,
    obscene: others,
    threat: others,
    insult: others,
    identity_hate: others,
  };
}
