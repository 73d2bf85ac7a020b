import { LABELS, type Label, type Scores } from '@toxicity-guard/core';
import { InvalidArgumentError } from 'commander';

/**
 * Reads `label=number` from the command line and adds it to what was read before, for an option that may come
 * more than once.
 */
export function readThreshold(argument: string, before: Partial<Scores> = {}): Partial<Scores> {
  const [label, number, ...rest] = argument.split('=');
  if (!isLabel(label)) throw new InvalidArgumentError(`The labels are ${LABELS.join(', ')}.`);
  const value = number === undefined || number.trim() === '' ? Number.NaN : Number(number);
  if (rest.length > 0 || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('It takes a label and a number between 0 and 1, as in toxic=0.8.');
  }
  return { ...before, [label]: value };
}

function isLabel(name: string | undefined): name is Label {
  return (LABELS as readonly (string | undefined)[]).includes(name);
}
