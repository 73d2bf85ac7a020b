import { type Classifier, createClassifier, LABELS, type Label, type Scores } from '@toxicity-guard/core';
import { bootstrap, type Figure } from './bootstrap.js';
import { LevelFinder, toScores } from './level.js';
import { readLog } from './log.js';
import { measureLevel, sortOut } from './log-rows.js';
import type { Progress } from './progress.js';

const L = LABELS.length;
/** Under these scores a text has none of the labels that are kinds of `toxic`, whatever rate it would allow. */
const LEAST_OTHERS = { flag: 0.5, reject: 0.9 };

/** Options of {@link calibrateThresholds}. */
export interface CalibrateOptions {
  /** A site's own log: CSV with any of the six labels, and with `text` or with a score for every label. */
  readonly log: string;
  /** Folder of the model. Default: the bundled model. */
  readonly model?: string | undefined;
  /** Largest share of the clean comments that may be flagged, for any label. Default 0.03. */
  readonly flagRate?: number | undefined;
  /** Largest share of them that may be refused. Default 0.005. */
  readonly rejectRate?: number | undefined;
  /** Seed of the resamples. Default 1. */
  readonly seed?: number | undefined;
  /** Resamples behind the intervals; 0 for no intervals. Default 1000. */
  readonly resamples?: number | undefined;
  /** What judges in place of the model's own classifier; it is not closed. */
  readonly classifier?: Classifier | undefined;
  /** Called often while the run goes on. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What a level's thresholds do on the log. */
export interface CalibratedLevel {
  readonly rate: number;
  readonly thresholds: Readonly<Record<Label, Figure>>;
  /** Share of the clean comments that reach it, for any label. */
  readonly cleanReached: Figure;
  /** Share of the toxic comments that reach it, for any label. */
  readonly toxicReached: Figure;
  /** Of the comments that have a label, the share that reaches the label's own threshold. */
  readonly found: Readonly<Record<Label, Figure>>;
  /** What the model's own thresholds do on the same comments. */
  readonly byDefault: { readonly cleanReached: number; readonly toxicReached: number | null };
}

/** What {@link calibrateThresholds} found. */
export interface Calibrated {
  /** For the `thresholds` option of a guard, as it is. */
  readonly thresholds: { readonly flag: Scores; readonly reject: Scores };
  readonly clean: number;
  readonly toxic: number;
  /** Comments with each label. */
  readonly positives: Readonly<Record<Label, number>>;
  /** Comments that are neither clean nor toxic, for want of labels or because they are too long. */
  readonly leftOut: number;
  readonly flag: CalibratedLevel;
  readonly reject: CalibratedLevel;
}

/**
 * Chooses thresholds on a site's own labelled comments: of the clean ones at most a stated share is flagged, and
 * refused, for any label. A comment is clean whose labels are 0, and toxic when any is 1.
 *
 * @throws {Error} where the log is not of its form, or has too few clean comments to state such a rate.
 */
export async function calibrateThresholds(options: CalibrateOptions): Promise<Calibrated> {
  const { log: file, model, flagRate = 0.03, rejectRate = 0.005, seed = 1, resamples = 1000 } = options;
  checkRates(flagRate, rejectRate);
  const tell = (stage: string, done: number, total: number): void =>
    options.onProgress?.({ stage, done, total });
  const classifier = options.classifier ?? createClassifier(model === undefined ? {} : { model });
  try {
    const { thresholds: own } = await classifier.ready();
    const log = await readLog(file, classifier, tell);
    const rows = sortOut(log);
    const { clean, toxic, positives } = rows;
    checkEnough(file, clean.length, { flag: flagRate, reject: rejectRate });
    const finder = new LevelFinder(log.scores, clean);
    const find = (weights?: ArrayLike<number>): { flag: Scores; reject: Scores } => {
      const flag = toScores(finder.find(flagRate, LEAST_OTHERS.flag, weights));
      const reject = toScores(finder.find(rejectRate, LEAST_OTHERS.reject, weights));
      // Whatever is refused is flagged, so a refusal never lies lower.
      for (const label of LABELS) reject[label] = Math.max(reject[label], flag[label]);
      return { flag, reject };
    };
    const sampling = {
      rows: log.labels.length / L,
      resamples,
      seed,
      onProgress: (done: number) => tell('intervals', done, resamples),
    };
    const figures = bootstrap(sampling, (weights) => {
      const found = find(weights);
      return LEVELS.flatMap((level) => measureLevel(log, rows, found[level], weights));
    });
    const levelOf = (level: (typeof LEVELS)[number], rate: number): CalibratedLevel => {
      const place = LEVELS.indexOf(level) * (2 + 2 * L);
      const byDefault = measureLevel(log, rows, own[level]) as [number, number];
      return {
        rate,
        cleanReached: figures[place] as Figure,
        toxicReached: figures[place + 1] as Figure,
        thresholds: byLabel((index) => figures[place + 2 + index] as Figure),
        found: byLabel((index) => figures[place + 2 + L + index] as Figure),
        byDefault: {
          cleanReached: byDefault[0],
          toxicReached: Number.isNaN(byDefault[1]) ? null : byDefault[1],
        },
      };
    };
    return {
      thresholds: find(),
      clean: clean.length,
      toxic: toxic.length,
      positives: byLabel((index) => (positives[index] as readonly number[]).length),
      leftOut: log.labels.length / L - clean.length - toxic.length,
      flag: levelOf('flag', flagRate),
      reject: levelOf('reject', rejectRate),
    };
  } finally {
    if (options.classifier === undefined) await classifier.close();
  }
}

const LEVELS = ['flag', 'reject'] as const;

function byLabel<T>(value: (index: number) => T): Record<Label, T> {
  return Object.fromEntries(LABELS.map((label, index) => [label, value(index)])) as Record<Label, T>;
}

function checkRates(flagRate: number, rejectRate: number): void {
  for (const [name, rate] of Object.entries({ flagRate, rejectRate })) {
    if (rate > 0 && rate < 1) continue;
    throw new TypeError(
      `Expected \`${name}\` to be a number between 0 and 1, got \`${rate}\` (${typeof rate})`,
    );
  }
  if (rejectRate <= flagRate) return;
  throw new TypeError(
    `Expected \`rejectRate\` to be at most \`flagRate\` (${flagRate}), got \`${rejectRate}\` (number)`,
  );
}

/** Of fewer than 3 / rate comments none may reach a level although far more than the rate do (rule of three). */
function checkEnough(
  file: string,
  clean: number,
  rates: Readonly<Record<(typeof LEVELS)[number], number>>,
): void {
  const names = { flag: 'flagged', reject: 'refused' };
  for (const level of LEVELS) {
    const least = Math.ceil(3 / rates[level]);
    if (clean >= least) continue;
    throw new Error(
      `${file}: holds ${clean} clean comments, and at least ${least} are needed to say that ` +
        `${Number((rates[level] * 100).toPrecision(3))} % of them are ${names[level]}. Label more, state a higher rate, or keep the default thresholds.`,
    );
  }
}
