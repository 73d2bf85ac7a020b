import {
  aFunction,
  checkOptions,
  type Decision,
  type GuardOptions,
  guardOptionChecks,
} from '@toxicity-guard/core';
import type { NextFunction, Request, Response } from 'express';

/** Options of `toxicityGuard()`: those of core's `createGuard()`, and two of Express. */
export interface ToxicityGuardOptions extends GuardOptions {
  /** Says which requests pass without a look. Default: none. */
  readonly skip?: ((req: Request) => boolean | Promise<boolean>) | undefined;
  /**
   * Answers a refused request, or calls `next`. It is given every refusal but those that a mistake of the server
   * brought about, which go to `next(error)`. What it throws goes to `next(error)` too. Default: the decision's
   * problem, as `application/problem+json`.
   */
  readonly handler?:
    | ((decision: Decision, req: Request, res: Response, next: NextFunction) => unknown)
    | undefined;
}

/** Splits checked options into Express's and the guard's. */
export function splitOptions(options: unknown): Pick<ToxicityGuardOptions, 'skip' | 'handler'> & {
  guardOptions: GuardOptions;
} {
  if (isRequest(options)) {
    throw new TypeError(
      'Expected `options` to be an object of options, got a request: write `app.use(toxicityGuard())`, with the call',
    );
  }
  const checks = { ...guardOptionChecks, skip: aFunction, handler: aFunction };
  const { skip, handler, ...guardOptions } = checkOptions<ToxicityGuardOptions>(options, checks);
  return { skip, handler, guardOptions };
}

// What Express passes when it is given the factory itself.
function isRequest(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'httpVersion' in options && 'url' in options;
}
