import { createClassifier, type ModelInfo } from '@toxicity-guard/core';
import type { preHandlerHookHandler } from 'fastify';
import { createHook, type Hook } from './hook.js';
import { checkRouteOptions, type RouteToxicityOptions } from './options.js';

/** What `fastify.toxicityGuard` is. */
export interface MakeToxicityGuard {
  /**
   * Makes a `preHandler` to place by hand, of options laid over those of the plugin.
   *
   * @throws {TypeError} for an option that is unknown or wrong.
   */
  (options?: RouteToxicityOptions): preHandlerHookHandler;
  /** Loads the model, which otherwise waits for the first text. Rejects where it cannot be read. */
  ready(): Promise<ModelInfo>;
}

/** The guards of one registration. They share a classifier. */
export interface Guards {
  readonly make: MakeToxicityGuard;
  /**
   * The guard of a route by its `config.toxicity`; `null` where it has none.
   *
   * @throws {TypeError} for an option that is unknown or wrong.
   */
  ofRoute(config: RouteToxicityOptions | false | undefined): Hook | null;
  close(): Promise<void>;
}

/** Makes the {@link Guards} of the plugin's checked options. */
export function createGuards(defaults: RouteToxicityOptions, isGlobal: boolean): Guards {
  const { classifier: given = {} } = defaults;
  // One for all, or each route that has options of its own would load a model.
  const classifier = 'classify' in given ? given : createClassifier(given);
  const closing: (() => Promise<void>)[] = [];
  const known = new WeakMap<RouteToxicityOptions, Hook>();

  function make(options: RouteToxicityOptions): Hook {
    const { hook, close } = createHook({ ...defaults, classifier, ...options });
    closing.push(close);
    return hook;
  }
  const ofAll = make({});

  return {
    make: Object.assign((options: RouteToxicityOptions = {}) => make(checkRouteOptions(options)), {
      ready: () => classifier.ready(),
    }),
    ofRoute(config) {
      if (config === undefined) return isGlobal ? ofAll : null;
      if (config === false) return null;
      const hook = known.get(config) ?? make(checkRouteOptions(config, 'config.toxicity'));
      known.set(config, hook);
      return hook;
    },
    async close() {
      await Promise.all(closing.map((close) => close()));
      if (classifier !== given) await classifier.close();
    },
  };
}
