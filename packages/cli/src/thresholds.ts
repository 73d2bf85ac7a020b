import { LABELS, type Label, type LabelThresholds } from '@toxicity-guard/core';
import { InvalidArgumentError } from 'commander';

/** What the command line sets for single labels; `false` switches a label off. */
export type SetThresholds = Exclude<LabelThresholds, number | false>;

/**
 * Reads `label=number` or `label=off` from the command line and adds it to what was read before, for an option
 * that may come more than once.
 */
export function readThreshold(argument: string, before: SetThresholds = {}): SetThresholds {
  const [label, value, ...rest] = argument.split('=');
  if (!isLabel(label)) throw new InvalidArgumentError(`The labels are ${LABELS.join(', ')}.`);
  const threshold = value === 'off' ? false : readNumber(value);
  if (rest.length > 0 || threshold === undefined) {
    throw new InvalidArgumentError('It takes a number between 0 and 1, or off, as in toxic=0.8.');
  }
  return { ...before, [label]: threshold };
}

/** The first label whose flag threshold is over its reject threshold: it would never be flagged. */
export function crossedLabel(flag: SetThresholds = {}, reject: SetThresholds = {}): Label | undefined {
  return LABELS.find((label) => {
    const [low, high] = [flag[label], reject[label]];
    return typeof low === 'number' && typeof high === 'number' && low > high;
  });
}

function readNumber(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return number >= 0 && number <= 1 ? number : undefined;
}

function isLabel(name: string | undefined): name is Label {
  return (LABELS as readonly (string | undefined)[]).includes(name);
}
