import { InvalidArgumentError } from 'commander';

/** Reads the name of a version, as core takes it. */
export function readVersion(argument: string): string {
  if (/^[\w.+@-]{1,100}$/.test(argument)) return argument;
  throw new InvalidArgumentError('A version is 1 to 100 letters, digits or . _ + @ -');
}
