import { InvalidArgumentError } from 'commander';

/** Reads a whole number of 1 or more from the command line. */
export function readCount(argument: string): number {
  return readWhole(argument, 1);
}

/** Reads a whole number of 0 or more. */
export function readCountOrNone(argument: string): number {
  return readWhole(argument, 0);
}

/** Reads a share: more than 0 and less than 1. */
export function readShare(argument: string): number {
  const number = Number(argument);
  if (number > 0 && number < 1) return number;
  throw new InvalidArgumentError('It takes a share between 0 and 1, such as 0.03 for 3 %.');
}

/** Reads a number of seconds: more than 0, at most a day. */
export function readSeconds(argument: string): number {
  const number = Number(argument);
  if (number >= 0.001 && number <= 86_400) return number;
  throw new InvalidArgumentError('It takes a number of seconds, 86400 at most.');
}

function readWhole(argument: string, least: number): number {
  const number = argument.trim() === '' ? Number.NaN : Number(argument);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new InvalidArgumentError(`It takes a whole number of ${least} or more.`);
}
