import { type Check, WrongArgument } from '../check.js';
import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import type { GuardRequest } from '../guard/decision.js';

/** A value, or a function that gives it for a request; `undefined` from it stands for the default. */
export type Resolvable<T> = T | ((request: GuardRequest) => T | undefined | Promise<T | undefined>);

/** The check of an option that may be a function. */
export function resolvable<T>(check: Check<T>): Check<Resolvable<T>> {
  return (value, path) => (typeof value === 'function' ? (value as Resolvable<T>) : check(value, path));
}

/**
 * The value of an option for one request.
 *
 * @throws {ToxicityGuardError} `POLICY_FAILED` where its function throws or gives a wrong value. The value is not
 * told: the function may have taken it from the request.
 */
export async function resolve<T>(
  option: Resolvable<T> | undefined,
  request: GuardRequest,
  name: string,
  check: Check<T>,
): Promise<T | undefined> {
  if (typeof option !== 'function') return option;
  try {
    const value = await (option as (request: GuardRequest) => unknown)(request);
    return value === undefined ? undefined : check(value, name);
  } catch (error) {
    if (!(error instanceof WrongArgument)) throw toFault(error, 'POLICY_FAILED', `The \`${name}\` function`);
    throw new ToxicityGuardError(
      'POLICY_FAILED',
      `Expected \`${error.path}\`, given by a function, to ${error.expected}.`,
    );
  }
}
