import { anObject, type Check, type Checks, fail, WrongArgument } from '../check.js';
import type { ModelInfo } from '../classifier/classification.js';
import { ToxicityGuardError } from '../errors.js';
import { LABELS, type Label, type Scores } from '../labels.js';

/**
 * The score at which a level is reached: one number for all labels, or one for each. `false` switches the level
 * off, for all labels or for one. A label that is not named keeps the model's own.
 */
export type LabelThresholds = number | false | { readonly [L in Label]?: number | false | undefined };

/** The scores at or over which a text is flagged and refused, 0 to 1. */
export interface Thresholds {
  /** Default: the model's own, `classifier.ready()` tells them. */
  readonly flag?: LabelThresholds | undefined;
  /** Default: the model's own, `classifier.ready()` tells them. */
  readonly reject?: LabelThresholds | undefined;
}

/** What scores reach, or `null` for neither level. */
export interface Verdict {
  readonly action: 'flag' | 'reject';
  readonly labels: readonly Label[];
}

/** Thresholds made complete: one number for each label, `Infinity` where a level is off. */
export interface Policy {
  judge(scores: Scores): Verdict | null;
}

type Levels = readonly number[];

const aThreshold: Check<number | false> = (value, path) =>
  value === false || (typeof value === 'number' && value >= 0 && value <= 1)
    ? value
    : fail(path, 'be a number between 0 and 1', value);

const perLabel: Check<{ readonly [L in Label]?: number | false | undefined }> = anObject({
  toxic: aThreshold,
  severe_toxic: aThreshold,
  obscene: aThreshold,
  threat: aThreshold,
  insult: aThreshold,
  identity_hate: aThreshold,
} satisfies Checks<{ [L in Label]?: number | false }>);

const aLevel: Check<LabelThresholds> = (value, path) =>
  typeof value === 'object' && value !== null ? perLabel(value, path) : aThreshold(value, path);

const LEVEL_CHECKS: Checks<Thresholds> = { flag: aLevel, reject: aLevel };

/** The check of constant thresholds. A flag threshold above the reject threshold of its label is wrong. */
export const someThresholds: Check<Thresholds> = (value, path) => {
  const thresholds = anObject(LEVEL_CHECKS)(value, path);
  for (const label of LABELS) {
    const flag = given(thresholds.flag, label);
    const reject = given(thresholds.reject, label);
    if (typeof flag !== 'number' || typeof reject !== 'number' || flag <= reject) continue;
    const flagPath = nameOf(`${path}.flag`, thresholds.flag, label);
    const rejectPath = nameOf(`${path}.reject`, thresholds.reject, label);
    throw new WrongArgument(flagPath, `be at most \`${rejectPath}\` (${reject})`, `\`${flag}\` (number)`);
  }
  return thresholds;
};

/**
 * Joins what was set with the model's own thresholds. Where one level is set and the model's other level would
 * cross it, the one that was set stands and the model's moves to it.
 *
 * @throws {ToxicityGuardError} `CLASSIFIER_FAILED` where the classifier tells no threshold for a label.
 */
export function createPolicy(thresholds: Thresholds, model: ModelInfo['thresholds']): Policy {
  const pairs = LABELS.map((label) => {
    const flag = given(thresholds.flag, label);
    const reject = given(thresholds.reject, label);
    const flagAt = toLevel(flag ?? ownThreshold(model.flag, label));
    const rejectAt = toLevel(reject ?? ownThreshold(model.reject, label));
    // A flag level above the reject level is without effect, so only the other way round needs a hand.
    const isCrossed = reject === undefined && typeof flag === 'number' && flag > rejectAt;
    return [flagAt, isCrossed ? flag : rejectAt] as const;
  });
  const flagLevels = pairs.map(([flag]) => flag);
  const rejectLevels = pairs.map(([, reject]) => reject);
  return {
    judge(scores) {
      const rejected = reaching(scores, rejectLevels);
      if (rejected.length > 0) return { action: 'reject', labels: rejected };
      const flagged = reaching(scores, flagLevels);
      return flagged.length > 0 ? { action: 'flag', labels: flagged } : null;
    },
  };
}

function reaching(scores: Scores, levels: Levels): Label[] {
  return LABELS.filter((label, index) => scores[label] >= (levels[index] as number));
}

function given(level: LabelThresholds | undefined, label: Label): number | false | undefined {
  return typeof level === 'object' ? level[label] : level;
}

// A classifier of somebody else's: nothing is at or over a threshold that is not there, so all would pass.
function ownThreshold(level: Scores, label: Label): number {
  const threshold: unknown = level[label];
  if (typeof threshold === 'number' && !Number.isNaN(threshold)) return threshold;
  throw new ToxicityGuardError('CLASSIFIER_FAILED', `The classifier has no default threshold for ${label}.`);
}

function nameOf(path: string, level: LabelThresholds | undefined, label: Label): string {
  return typeof level === 'object' ? `${path}.${label}` : path;
}

function toLevel(threshold: number | false): number {
  return threshold === false ? Number.POSITIVE_INFINITY : threshold;
}
