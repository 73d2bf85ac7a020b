import { inspect } from 'node:util';
import multipart from '@fastify/multipart';
import type { GuardOptions } from '@toxicity-guard/core';
import type { Guard as Adapter, Major } from '../../../packages/nest/test/majors.js';
import { echo, type Harness, ownRefusal, type Plan } from '../harness.js';

type Platform = 'Express' | 'Fastify';
type Nest = Major['nest'];

/** A harness of one major of Nest on one of its platforms. The application's guard is an `APP_GUARD`. */
export function nestHarness({ nest, guard: adapter }: Major, platform: Platform): Harness {
  return {
    name: `${nest.name} on ${platform}`,
    capabilities: {
      multipart: true,
      refusal: true,
      refusalPasses: true,
      stacking: 'a call is judged once, by the decorator that is nearest to its handler',
      judgesOnce: true,
      answersUnsupported: platform === 'Express' || 'Fastify itself answers where it has no parser',
    },
    async create(plan) {
      const { guard, times = 1, refusal, onLog } = plan;
      const bound = {
        provide: nest.core.APP_GUARD,
        useClass: guardClassOf(adapter.ToxicityGuard, nest, refusal),
      };
      const module = {
        module: class {},
        imports: [adapter.ToxicityModule.forRoot(guard)],
        controllers: [controllerOf(nest, adapter, platform, plan)],
        providers: Array(times).fill(bound),
      };
      const write = (...line: unknown[]) => onLog?.(inspect(line));
      const logger = { log: write, error: write, warn: write, debug: write, verbose: write, fatal: write };
      const app = await (platform === 'Express' ? onExpress : onFastify)(nest, module, logger);
      await app.listen(0, '127.0.0.1');
      return { url: await app.getUrl(), close: () => app.close() };
    },
  };
}

interface App {
  listen(port: number, host: string): Promise<unknown>;
  getUrl(): Promise<string>;
  close(): Promise<void>;
  /** Express's. */
  disable(setting: string): unknown;
  useBodyParser(type: string, options: object): unknown;
  /** Fastify's. */
  register(plugin: unknown, options: object): Promise<unknown>;
}

async function onExpress({ core, express }: Nest, module: object, logger: object): Promise<App> {
  const options = { logger, bodyParser: false } as object;
  const app = (await core.NestFactory.create(
    module as never,
    new express.ExpressAdapter(),
    options,
  )) as unknown as App;
  app.disable('x-powered-by');
  app.useBodyParser('json', { strict: false, limit: '5mb' });
  app.useBodyParser('urlencoded', { extended: true, limit: '5mb' });
  app.useBodyParser('text', { limit: '5mb' });
  return app;
}

async function onFastify({ core, fastify }: Nest, module: object, logger: object): Promise<App> {
  const adapter = new fastify.FastifyAdapter({ bodyLimit: 5_000_000 });
  const app = (await core.NestFactory.create(module as never, adapter, {
    logger,
  } as object)) as unknown as App;
  await app.register(multipart, { attachFieldsToBody: 'keyValues' });
  return app;
}

/** A controller with every route. Decorators are plain functions: nothing here waits for a compiler's. */
function controllerOf(nest: Nest, adapter: Adapter, platform: Platform, { own, onHandled }: Plan) {
  const { All, Body, Controller, Header, HttpCode } = nest.common;
  const { FlagToxic, RejectToxic, SkipToxicity, Toxicity } = adapter;
  const routes: readonly (readonly [path: string, ...decorators: MethodDecorator[]])[] = [
    ['/comments'],
    ['/people/:name'],
    // Express parses an upload in an interceptor, which runs after every guard.
    [
      '/uploads',
      ...(platform === 'Express' ? [RejectToxic({ after: nest.express.AnyFilesInterceptor() })] : []),
    ],
    ['/own', ...(own === undefined ? [] : [decoratorOf(own)])],
    ['/unguarded', SkipToxicity()],
  ];

  function decoratorOf({ classifier: _, mode, ...options }: GuardOptions): MethodDecorator {
    return mode === 'flag' ? FlagToxic(options) : RejectToxic(options);
  }

  class Routes {}
  for (const [path, ...decorators] of routes) {
    const handle = (body: unknown, toxicity: unknown) => {
      onHandled?.();
      return echo(body, toxicity);
    };
    const descriptor = { value: handle, configurable: true, writable: true };
    Object.defineProperty(Routes.prototype, path, descriptor);
    const json = Header('Content-Type', 'application/json; charset=utf-8');
    for (const decorate of [All(path), HttpCode(201), json, ...decorators]) {
      decorate(Routes.prototype, path, descriptor);
    }
    Body()(Routes.prototype, path, 0);
    Toxicity()(Routes.prototype, path, 1);
  }
  Controller()(Routes);
  return Routes;
}

/** The adapter's guard, or one with a refusal of its own, made as its documents say: by overriding `refuse`. */
function guardClassOf(Guard: Adapter['ToxicityGuard'], nest: Nest, refusal: Plan['refusal']) {
  if (refusal === undefined) return Guard;
  type Refuse = (call: unknown, problem: unknown, decision: { action: string }) => Promise<void>;
  const refuse: { readonly [R in NonNullable<Plan['refusal']>]: Refuse } = {
    async answers(_call, _problem, decision) {
      throw new nest.common.HttpException(JSON.parse(ownRefusal(decision)), 451);
    },
    throws() {
      throw new RangeError('of the application');
    },
    rejects: () => Promise.reject(new RangeError('of the application')),
    passes: async () => undefined,
  };
  const own = refuse[refusal];
  return class extends Guard {
    protected override refuse: Refuse = own;
  };
}
