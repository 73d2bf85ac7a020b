import {
  aBoolean,
  aFunction,
  type Checks,
  checkOptions,
  type Decision,
  type GuardOptions,
  guardOptionChecks,
  oneOf,
} from '@toxicity-guard/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Options of a route, as `config.toxicity`, and of `fastify.toxicityGuard()`: core's, and two of Fastify. */
export interface RouteToxicityOptions extends GuardOptions {
  /** Says which requests pass without a look. Default: none. */
  readonly skip?: ((request: FastifyRequest) => boolean | Promise<boolean>) | undefined;
  /**
   * Answers a refused request as a route's handler does: with `reply.send()`, or with what it returns. It is given
   * every refusal but those that a mistake of the server brought about, which go to Fastify's error handler. What
   * it throws goes there too. Default: the decision's problem, as `application/problem+json`.
   */
  readonly handler?:
    | ((decision: Decision, request: FastifyRequest, reply: FastifyReply) => unknown)
    | undefined;
}

/** Options of the plugin: those of its routes, which a route may replace, and two of its own. */
export interface ToxicityGuardOptions extends RouteToxicityOptions {
  /** Before which step a request is judged. Default `'preHandler'`: after parsing and validation. */
  readonly hook?: 'preHandler' | 'preValidation' | undefined;
  /** Whether every route is guarded, or only those with options in `config.toxicity`. Default `true`. */
  readonly global?: boolean | undefined;
}

const routeChecks: Checks<RouteToxicityOptions> = {
  ...guardOptionChecks,
  skip: aFunction,
  handler: aFunction,
};

const pluginChecks: Checks<ToxicityGuardOptions> = {
  ...routeChecks,
  hook: oneOf('preHandler', 'preValidation'),
  global: aBoolean,
};

/** @throws {TypeError} naming the option that is unknown or wrong. */
export function checkPluginOptions(options: unknown): ToxicityGuardOptions {
  return checkOptions<ToxicityGuardOptions>(options, pluginChecks);
}

/** @throws {TypeError} naming the option that is unknown or wrong, under `path`. */
export function checkRouteOptions(options: unknown, path?: string): RouteToxicityOptions {
  if (isRequest(options)) {
    throw new TypeError(
      'Expected `options` to be an object of options, got a request: write `preHandler: fastify.toxicityGuard()`, with the call',
    );
  }
  return checkOptions<RouteToxicityOptions>(options, routeChecks, path);
}

// What Fastify passes when it is given the factory itself.
function isRequest(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'raw' in options && 'routeOptions' in options;
}
