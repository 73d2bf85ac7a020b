import { aFunction, aString, type Checks, fail } from '../check.js';
import { LABELS, type Label, type Scores } from '../labels.js';
import type { ClassifyOptions } from './classification.js';

/** The checks of the options of one call. */
export const CALL_CHECKS: Checks<ClassifyOptions> = {
  spans: (value, path) =>
    typeof value === 'boolean' ? value : aFunction<(scores: Scores) => readonly Label[]>(value, path),
  signal: (value, path) =>
    typeof (value as AbortSignal | null)?.aborted === 'boolean'
      ? (value as AbortSignal)
      : fail(path, 'be an AbortSignal', value),
  community: aString,
};

type SixNumbers = [number, number, number, number, number, number];

/** Six numbers in the order of `LABELS`, by their names. */
export function toScores(values: ArrayLike<number>): Scores {
  const [toxic, severe_toxic, obscene, threat, insult, identity_hate] = values as unknown as SixNumbers;
  return { toxic, severe_toxic, obscene, threat, insult, identity_hate };
}

/**
 * The labels whose words are asked for.
 *
 * @param flag scores from which a label is flagged.
 * @throws {TypeError} where the caller's function gives something else than labels.
 */
export function pickLabels(
  wanted: NonNullable<ClassifyOptions['spans']>,
  scores: Scores,
  flag: Scores,
): readonly Label[] {
  if (wanted === false) return [];
  if (wanted === true) return LABELS.filter((label) => scores[label] >= flag[label]);
  const picked: unknown = wanted(scores);
  const isLabels = Array.isArray(picked) && picked.every((label) => LABELS.includes(label));
  return isLabels ? picked : fail('spans()', 'return an array of labels', picked);
}

export { throwIfAborted } from '../abort.js';
