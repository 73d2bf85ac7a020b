import type { ExecutionContext, NestInterceptor, Type } from '@nestjs/common';
import {
  aFunction,
  type Checks,
  checkOptions,
  type GuardOptions,
  guardOptionChecks,
} from '@toxicity-guard/core';

/** Options of `ToxicityModule.forRoot()`: those of core's `createGuard()`, and one of Nest. */
export interface ToxicityModuleOptions extends GuardOptions {
  /** Says which calls pass without a look. Default: none. */
  readonly skip?: ((context: ExecutionContext) => boolean | Promise<boolean>) | undefined;
}

/**
 * Options of `@RejectToxic()` and `@FlagToxic()`, laid over those of the module. The mode is the decorator's, and
 * the classifier the module's.
 */
export interface RouteToxicityOptions extends Omit<ToxicityModuleOptions, 'classifier' | 'mode'> {
  /**
   * The interceptor that parses the body, such as `FileInterceptor('photo')`: it is bound, and the texts are judged
   * when it has run, because guards run before every interceptor. For handlers over HTTP. Default: none.
   */
  readonly after?: Type<NestInterceptor> | undefined;
}

/** What a decorator leaves for the guard. One object stands for one guard. */
export interface RouteToxicity extends RouteToxicityOptions {
  readonly mode: 'reject' | 'flag';
}

const moduleChecks: Checks<ToxicityModuleOptions> = { ...guardOptionChecks, skip: aFunction };

const { classifier: _classifier, mode: _mode, ...shared } = moduleChecks;
const routeChecks: Checks<RouteToxicityOptions> = { ...shared, after: aFunction };

/** @throws {TypeError} naming the option that is unknown or wrong. */
export function checkModuleOptions(options: unknown): ToxicityModuleOptions {
  return checkOptions<ToxicityModuleOptions>(options, moduleChecks);
}

/** @throws {TypeError} naming the option that is unknown or wrong. */
export function checkRouteOptions(options: unknown): RouteToxicityOptions {
  if (isClass(options)) {
    throw new TypeError(
      'Expected `options` to be an object of options, got a class: write `@RejectToxic()` or `@FlagToxic()`, with the call',
    );
  }
  return checkOptions<RouteToxicityOptions>(options, routeChecks);
}

// What TypeScript passes when the factory itself is the decorator: the class, or its prototype.
function isClass(options: unknown): boolean {
  return (
    typeof options === 'function' ||
    (typeof options === 'object' && options !== null && Object.hasOwn(options, 'constructor'))
  );
}
