import type { Classifier } from '@toxicity-guard/core';
import { hashWord } from '@toxicity-guard/core/training';
import { Ranking } from '../metrics.js';
import { Random } from '../random.js';
import { bootstrap, type Figure } from './bootstrap.js';
import { DEFAULT_SHARE, DISGUISE_PAIRS, DISGUISES, type Disguise } from './disguise.js';
import type { RobustnessFigures } from './figures.js';
import type { Sampling } from './label-figures.js';
import { scoreTexts } from './score.js';
import { columnOf, pickRows, type Scored } from './scored.js';

/** So many texts tell an AUC to half a hundredth; all of a large set, judged again under each disguise, take hours. */
const MOST_TEXTS = 10_000;

const ALL: Readonly<Record<string, Disguise>> = { ...DISGUISES, ...DISGUISE_PAIRS };
/** Every disguise and every pair that {@link robustnessFigures} knows. */
export const DISGUISE_NAMES: readonly string[] = Object.keys(ALL);

/** What {@link robustnessFigures} takes beside the texts. */
export interface RobustnessOptions extends Omit<Sampling, 'onProgress'> {
  /** Some of {@link DISGUISE_NAMES}; a figure does not depend on which others are taken with it. */
  readonly names: readonly string[];
  readonly onProgress?: (name: string, done: number, total: number) => void;
}

/** ROC AUC of `toxic` on the same texts, plain and under each disguise. */
export async function robustnessFigures(
  classifier: Classifier,
  scored: Scored,
  { names, seed, resamples, onProgress }: RobustnessOptions,
): Promise<RobustnessFigures> {
  const sample = sampleOf(scored, seed);
  const labels = columnOf(sample.labels, 0);
  const plain = new Ranking(columnOf(sample.scores, 0), labels);
  const disguised: Ranking[] = [];
  for (const name of names) {
    // A generator of its own, so that a disguise is the same whichever others there are.
    const random = new Random(seed ^ hashWord(name));
    const disguise = ALL[name] as Disguise;
    const texts = sample.texts.map((text) => disguise(text, random));
    const scores = await scoreTexts(classifier, texts, (done) => onProgress?.(name, done, texts.length));
    // A disguise may make a text too long to judge; the guard does not let such a text pass, so it scores 1.
    disguised.push(
      new Ranking(
        columnOf(scores, 0).map((score) => (Number.isNaN(score) ? 1 : score)),
        labels,
      ),
    );
  }
  const figures = bootstrap({ rows: labels.length, resamples, seed }, (weights) => {
    const auc = plain.auc(weights);
    const others = disguised.map((ranking) => ranking.auc(weights));
    return [auc, ...others, ...others.map((other) => auc - other)];
  });
  const { rows, positives } = plain.counts;
  return {
    texts: rows,
    positives,
    share: DEFAULT_SHARE,
    plain: figures[0] as Figure,
    disguises: names.map((name, index) => ({
      name,
      auc: figures[1 + index] as Figure,
      loss: figures[1 + names.length + index] as Figure,
    })),
  };
}

/** The rows whose `toxic` is known, or as many of them, drawn at random, as are judged again. */
function sampleOf(scored: Scored, seed: number): Scored {
  const toxic = columnOf(scored.labels, 0);
  const rows = Array.from(toxic.keys()).filter((row) => (toxic[row] as number) <= 1);
  if (rows.length <= MOST_TEXTS) return pickRows(scored, rows);
  return pickRows(
    scored,
    new Random(seed)
      .shuffle(rows)
      .slice(0, MOST_TEXTS)
      .sort((a, b) => a - b),
  );
}
