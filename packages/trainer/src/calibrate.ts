import {
  type FoldedNetwork,
  LABELS,
  type Label,
  type Manifest,
  type Model,
  type Scores,
} from '@toxicity-guard/core/training';
import { UNKNOWN } from './comments.js';
import { aucs, column, foldedScores } from './evaluation.js';
import type { Settings } from './settings.js';
import { fitPlatt, fitStack } from './stacking.js';

const L = LABELS.length;
/** A score's distance from 0 and 1, at the least. */
const NEAREST = 1e-12;
/** Penalties to choose from, in logits. The last is so high that parts never win. */
const PENALTIES = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 1000];

type Calibration = Manifest['calibration'];
type Thresholds = Manifest['thresholds'];

/**
 * How much each comment counts for one label, so that of those which have it a stated share is toxic, as on a
 * live site: data sets hold more.
 *
 * @param labels 6 a comment.
 */
export function liveWeights(labels: Uint8Array, label: number, toxicShare: number): Float64Array {
  const own = column(labels, label);
  const toxic = column(labels, 0);
  const has = (row: number, value: number): boolean => own[row] !== UNKNOWN && toxic[row] === value;
  const rows = Array.from(own.keys());
  const [clean, foul] = [0, 1].map((value) => rows.filter((row) => has(row, value)).length) as [
    number,
    number,
  ];
  const all = clean + foul;
  return Float64Array.from(rows, (row) => {
    if (has(row, 1)) return (toxicShare * all) / foul;
    return has(row, 0) ? ((1 - toxicShare) * all) / clean : 0;
  });
}

/**
 * Weighs the two parts against each other, takes back the linear one as the settings say, and makes nearly
 * probabilities of their logits: {@link recalibrate} does the rest.
 */
export function calibrateLogits(
  deep: Float32Array,
  wide: Float32Array,
  labels: Uint8Array,
  { toxicShare, wideShare }: Settings,
): Calibration {
  const stacks = LABELS.map((_, label) =>
    fitStack(
      column(deep, label),
      column(wide, label),
      column(labels, label),
      liveWeights(labels, label, toxicShare),
    ),
  );
  return {
    deep: stacks.map((stack) => stack.deep),
    wide: stacks.map((stack, label) => stack.wide * wideShare[LABELS[label] as Label]),
    bias: stacks.map((stack) => stack.bias),
    partPenalty: stacks.map(() => PENALTIES.at(-1) as number),
  };
}

/**
 * Makes probabilities of the scores as they are given, the highest of a text and its parts: what each part adds
 * by chance is taken off again.
 *
 * @param scores of the engine with this calibration, 6 a comment.
 */
export function recalibrate(
  calibration: Calibration,
  scores: Float64Array,
  labels: Uint8Array,
  { toxicShare }: Settings,
): Calibration {
  const fits = LABELS.map((_, label) => {
    const logits = column(scores, label).map(logitOf);
    return fitPlatt(logits, column(labels, label), liveWeights(labels, label, toxicShare));
  });
  const scaled = (values: readonly number[]): number[] =>
    values.map((value, label) => value * (fits[label]?.scale as number));
  return {
    deep: scaled(calibration.deep),
    wide: scaled(calibration.wide),
    bias: scaled(calibration.bias).map((bias, label) => bias + (fits[label]?.bias as number)),
    partPenalty: scaled(calibration.partPenalty),
  };
}

/** A score that has run into 0 or 1 has no finite logit. */
function logitOf(score: number): number {
  const inside = Math.min(1 - NEAREST, Math.max(NEAREST, score));
  return Math.log(inside / (1 - inside));
}

/** For each label, the lowest penalty on parts of long texts that costs no more AUC than the settings allow. */
export function choosePartPenalty(
  model: Model,
  engine: FoldedNetwork,
  texts: readonly string[],
  labels: Uint8Array,
  settings: Settings,
): number[] {
  const figures = PENALTIES.map((penalty) => {
    engine.partPenalty.fill(penalty);
    return aucs(foldedScores(model, engine, texts), labels);
  });
  const whole = figures.at(-1) as number[];
  return LABELS.map((_, label) => {
    const least = (whole[label] as number) - settings.partCost;
    const chosen = PENALTIES.findIndex((_, index) => (figures[index]?.[label] as number) >= least);
    return PENALTIES[chosen === -1 ? PENALTIES.length - 1 : chosen] as number;
  });
}

/**
 * Thresholds at which at most a stated share of clean comments is flagged, and rejected, for any label. The
 * other labels are kinds of `toxic`: each has a small share of its own, which catches hate and threats that are
 * not rude, and `toxic` takes what is left, since it finds more for it than six labels that share it evenly.
 *
 * @param scores,labels 6 a comment; clean is a comment of which no label is 1 and `toxic` is 0.
 */
export function chooseThresholds(scores: Float64Array, labels: Uint8Array, settings: Settings): Thresholds {
  const clean: number[] = [];
  for (let row = 0; row < labels.length / L; row++) {
    const own = labels.subarray(row * L, row * L + L);
    if (own[0] === 0 && !own.includes(1)) clean.push(row);
  }
  const score = (row: number, label: number): number => scores[row * L + label] as number;
  /** The lowest threshold that at most `most` of some clean comments reach. */
  const reachedBy = (rows: readonly number[], label: number, most: number): number => {
    // The first score that is one too many must stay below.
    const next = rows.map((row) => score(row, label)).sort((a, b) => b - a)[Math.max(0, most)] ?? 0;
    return Math.ceil((next + 1e-6) * 1000) / 1000;
  };
  const pick = (level: 'flag' | 'reject'): Scores => {
    const { share, ownShare, least, most } = settings.thresholds[level];
    const chosen = LABELS.map((_, label) =>
      Math.min(most, Math.max(least, reachedBy(clean, label, Math.floor(ownShare * clean.length)))),
    );
    const isHit = (row: number): boolean =>
      chosen.some((threshold, label) => label > 0 && score(row, label) >= threshold);
    const rest = clean.filter((row) => !isHit(row));
    const left = Math.floor(share * clean.length) - (clean.length - rest.length);
    chosen[0] = Math.min(0.99, Math.max(least, reachedBy(rest, 0, left)));
    return Object.fromEntries(LABELS.map((label, index) => [label, chosen[index]])) as Scores;
  };
  return { flag: pick('flag'), reject: pick('reject') };
}
