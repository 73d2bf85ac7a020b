import { isDeepStrictEqual } from 'node:util';
import type { Decision } from '@toxicity-guard/core';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { createGuards, type MakeToxicityGuard } from './guards.js';
import { checkPluginOptions, type RouteToxicityOptions, type ToxicityGuardOptions } from './options.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the guard decided of a request that it let pass; `null` in `shadow` and where there was no text. */
    toxicity: Decision | null;
  }
  interface FastifyContextConfig {
    /** Options of this route, laid over those of the plugin; or `false`, for a route that is not guarded. */
    toxicity?: RouteToxicityOptions | false | undefined;
  }
  interface FastifyInstance {
    /** Makes a `preHandler` to place by hand, and loads the model with `ready()`. */
    toxicityGuard: MakeToxicityGuard;
  }
}

/** The options of the registrations that guard a context. The contexts inside it inherit them. */
const registrations = Symbol('toxicity-guard.registrations');

function plugin(fastify: FastifyInstance, options: ToxicityGuardOptions): Promise<void> {
  if (typeof (fastify as Partial<FastifyInstance> | undefined)?.decorateRequest !== 'function') {
    throw new TypeError(
      'Expected `toxicityGuard` to be registered: write `app.register(toxicityGuard, options)`, without calling it',
    );
  }
  return guardContext(fastify, options);
}

async function guardContext(
  fastify: FastifyInstance & { [registrations]?: readonly ToxicityGuardOptions[] },
  options: ToxicityGuardOptions,
): Promise<void> {
  const checked = checkPluginOptions(options);
  const earlier = fastify[registrations] ?? [];
  if (earlier.some((other) => isSame(other, checked))) return;
  fastify[registrations] = [...earlier, checked];

  const { hook = 'preHandler', global: isGlobal = true, ...defaults } = checked;
  const guards = createGuards(defaults, isGlobal);
  if (!fastify.hasRequestDecorator('toxicity')) fastify.decorateRequest('toxicity', null);
  if (!Object.hasOwn(fastify, 'toxicityGuard')) fastify.decorate('toxicityGuard', guards.make);
  // Made here and not at the first request, so that a mistake in a route's options is told where they are written.
  fastify.addHook('onRoute', ({ config }) => void guards.ofRoute(config?.toxicity));
  // A hook of the context guards a route that was written before the plugin had loaded, as one of the route cannot.
  fastify.addHook(hook as 'preHandler', (request, reply, done) => {
    const guard = guards.ofRoute(request.routeOptions.config.toxicity);
    if (guard === null) done();
    else guard(request, reply, done);
  });
  fastify.addHook('onClose', () => guards.close());
}

// Two classifiers may look the same and not be it.
function isSame(one: ToxicityGuardOptions, other: ToxicityGuardOptions): boolean {
  return one.classifier === other.classifier && isDeepStrictEqual(one, other);
}

/**
 * A plugin for Fastify 5 that judges the texts of a request before its handler runs. Register it before the routes;
 * it guards those of its context and of the contexts inside it.
 *
 * A route's `config.toxicity` holds options of its own, or `false`. `fastify.toxicityGuard(options)` makes a
 * `preHandler` to place by hand, `await fastify.toxicityGuard.ready()` loads the model before the first request.
 *
 * @throws {TypeError} while it is registered, for an option that is unknown or wrong.
 *
 * @example
 * const app = fastify()
 * app.register(toxicityGuard)
 * app.post('/comments', async (request, reply) => reply.code(201).send(request.body))
 */
export const toxicityGuard: FastifyPluginAsync<ToxicityGuardOptions> = fp(plugin, {
  fastify: '5.x',
  name: '@toxicity-guard/fastify',
});
