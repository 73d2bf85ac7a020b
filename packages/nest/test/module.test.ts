import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Decision } from '@toxicity-guard/core';
import { afterEach, describe, expect, it } from 'vitest';
import { TOXIC_TEXTS } from '../../../test/toxic-texts.js';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import type { RouteToxicityOptions, ToxicityModuleOptions, ToxicityOptionsFactory } from '../src/index.js';
import { closeAll, listen, rootModule } from './apps.js';
import { loadMajors } from './majors.js';

const majors = await loadMajors();

afterEach(closeAll);

describe.each(majors)('%s', (_name, { nest, guard }) => {
  const { Body, Controller, Inject, Injectable, Module, Post } = nest.common;
  const { NestFactory } = nest.core;
  const {
    FlagToxic,
    RejectToxic,
    SkipToxicity,
    Toxicity,
    TOXICITY_OPTIONS,
    ToxicityGuard,
    ToxicityModule,
    ToxicityService,
  } = guard;

  @Controller()
  class Comments {
    @Post('comments')
    @RejectToxic()
    create(@Toxicity() toxicity: Decision | null) {
      return { toxicity };
    }
    @Post('titles')
    @RejectToxic({ fields: ['/title'] })
    title(@Body() body: unknown) {
      return body;
    }
  }

  describe('forRootAsync', () => {
    const classifier = wordClassifier();
    @Injectable()
    class Config {
      readonly toxicity = { classifier, thresholds: { reject: 0.5 } };
    }
    @Module({ providers: [Config], exports: [Config] })
    class ConfigModule {}
    @Injectable()
    class Factory implements ToxicityOptionsFactory {
      constructor(@Inject(Config) private readonly config: Config) {}
      async createToxicityOptions(): Promise<ToxicityModuleOptions> {
        return this.config.toxicity;
      }
    }
    @Module({ imports: [ConfigModule], providers: [Factory], exports: [Factory] })
    class FactoryModule {}

    it.each([
      [
        'useFactory',
        { imports: [ConfigModule], inject: [Config], useFactory: async ({ toxicity }: Config) => toxicity },
      ],
      ['useClass', { imports: [ConfigModule], useClass: Factory }],
      ['useExisting', { imports: [FactoryModule], useExisting: Factory }],
    ])('takes its options by %s', async (_form, options) => {
      const { post } = await listen(nest, 'Express', {
        imports: [ToxicityModule.forRootAsync(options)],
        controllers: [Comments],
      });
      expect((await post('/comments', { comment: 'RUDE' })).status).toBe(422);
      expect((await post('/comments', { comment: 'fine' })).status).toBe(201);
    });

    it('throws at the start for a wrong option', async () => {
      const module = rootModule({
        imports: [
          ToxicityModule.forRootAsync({ useFactory: () => ({ treshold: 1 }) as ToxicityModuleOptions }),
        ],
      });
      const starting = NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
      await expect(starting).rejects.toThrow(
        new TypeError(
          'Expected `options` to have only known keys, got `treshold`. Did you mean `thresholds`?',
        ),
      );
    });
  });

  describe('forRoot', () => {
    it('serves the modules that do not import it', async () => {
      @Module({ controllers: [Comments] })
      class Feature {}
      const imports = [Feature, ToxicityModule.forRoot({ classifier: wordClassifier() })];
      const { post } = await listen(nest, 'Express', { imports });
      expect((await post('/comments', { comment: 'REFUSE' })).status).toBe(422);
    });

    it.each<[object, string]>([
      [{ skp: () => true }, 'Expected `options` to have only known keys, got `skp`. Did you mean `skip`?'],
      [{ skip: true }, 'Expected `skip` to be a function, got `true` (boolean)'],
      [{ mode: 'block' }, "Expected `mode` to be 'reject', 'flag' or 'shadow', got `\"block\"` (string)"],
    ])('throws for %o', (options, message) => {
      expect(() => ToxicityModule.forRoot(options)).toThrow(new TypeError(message));
    });
  });

  describe.each([
    ['@RejectToxic()', RejectToxic],
    ['@FlagToxic()', FlagToxic],
  ])('%s', (_decorator, decorate) => {
    it.each<[object, string]>([
      [
        { treshold: 1 },
        'Expected `options` to have only known keys, got `treshold`. Did you mean `thresholds`?',
      ],
      [{ classifier: {} }, 'Expected `options` to have only known keys, got `classifier`'],
      [{ mode: 'flag' }, 'Expected `options` to have only known keys, got `mode`'],
      [{ after: 'photo' }, 'Expected `after` to be a function, got `"photo"` (string)'],
      [
        { thresholds: { reject: 2 } },
        'Expected `thresholds.reject` to be a number between 0 and 1, got `2` (number)',
      ],
    ])('throws where it is written, for %o', (options, message) => {
      expect(() => decorate(options)).toThrow(TypeError);
      expect(() => decorate(options)).toThrow(message);
    });

    it('throws without the call', () => {
      const bare = decorate as unknown as ClassDecorator & MethodDecorator;
      expect(() => {
        @bare
        class Wrong {}
        return Wrong;
      }).toThrow(TypeError);
      expect(() => {
        class Wrong {
          @bare
          create() {}
        }
        return Wrong;
      }).toThrow('got a class: write `@RejectToxic()` or `@FlagToxic()`, with the call');
    });
  });

  describe('ToxicityService', () => {
    it('judges and classifies in code, under the options of the module', async () => {
      @Injectable()
      class Sweeper {
        constructor(@Inject(ToxicityService) readonly toxicity: InstanceType<typeof ToxicityService>) {}
      }
      const module = rootModule({
        imports: [ToxicityModule.forRoot({ classifier: wordClassifier(), mode: 'flag' })],
        providers: [Sweeper],
      });
      const app = await NestFactory.createApplicationContext(module, { logger: false });
      const { toxicity } = app.get(Sweeper);
      expect(await toxicity.ready()).toMatchObject({ id: 'words-1' });
      expect(await toxicity.judge({ body: { comment: 'REFUSE' } })).toMatchObject({
        action: 'flag',
        mode: 'flag',
      });
      expect((await toxicity.classify('REFUSE')).scores.toxic).toBe(0.95);
      expect(await toxicity.classifyMany(['RUDE', 'fine'])).toMatchObject([
        { scores: { toxic: 0.6 } },
        { scores: { toxic: 0 } },
      ]);
      const given = AbortSignal.abort();
      expect((await toxicity.judge({ body: 'fine' }, { signal: given })).error).toMatchObject({
        code: 'ABORTED',
      });
      await app.close();
    });

    it('makes one guard of an options object, and one of no options', () => {
      const route = (options?: RouteToxicityOptions) => {
        class Handlers {
          @RejectToxic(options)
          handler() {}
        }
        return Reflect.getMetadata('toxicity-guard:route', Handlers.prototype.handler);
      };
      const service = new ToxicityService({ classifier: wordClassifier() });
      const shared: RouteToxicityOptions = { fields: ['/a'] };
      expect(service.settingsOf(route(shared))).toBe(service.settingsOf(route(shared)));
      expect(service.settingsOf(route())).toBe(service.settingsOf(route()));
      expect(service.settingsOf(route())).not.toBe(service.settingsOf(route(shared)));
      expect(service.settingsOf(undefined)).toBe(service.settingsOf(undefined));
    });

    it('loads one model for all its guards', async () => {
      const model = await mkdtemp(join(tmpdir(), 'toxicity-guard-model-'));
      await cp(fileURLToPath(new URL('../../core/model', import.meta.url)), model, { recursive: true });
      const imports = [ToxicityModule.forRoot({ classifier: { model }, deadlineMs: 20_000 })];
      const { post } = await listen(nest, 'Express', { imports, controllers: [Comments] });
      const { text } = TOXIC_TEXTS[0];
      expect((await post('/comments', { comment: text })).status).toBe(422);
      await rm(model, { recursive: true });
      // Whoever has not read it by now cannot.
      expect((await post('/titles', { title: text })).status).toBe(422);
      expect((await post('/titles', { title: 'fine', comment: text })).status).toBe(201);
    });
  });

  describe('shutting down', () => {
    it('closes the guards and the classifier that it made', async () => {
      const app = await NestFactory.createApplicationContext(
        rootModule({ imports: [ToxicityModule.forRoot()] }),
        {
          logger: false,
        },
      );
      const toxicity = app.get(ToxicityService);
      await app.close();
      await expect(toxicity.ready()).rejects.toMatchObject({ code: 'CLOSED' });
      expect((await toxicity.judge({ body: 'fine' })).error).toMatchObject({ code: 'CLOSED' });
    });

    it('closes the guards, and leaves a classifier that it was given', async () => {
      const classifier = wordClassifier();
      const { app, post } = await listen(nest, 'Express', {
        imports: [ToxicityModule.forRoot({ classifier })],
        controllers: [Comments],
      });
      await post('/comments', { comment: 'fine' });
      const toxicity = app.get(ToxicityService);
      await app.close();
      expect(classifier.closes).toBe(0);
      expect((await toxicity.judge({ body: 'fine' })).error).toMatchObject({ code: 'CLOSED' });
    });

    it('judges what is under way to its end', async () => {
      let answer = () => {};
      const asked = new Promise<void>((resolve) => {
        answer = resolve;
      });
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const classifier = wordClassifier(() => {
        answer();
        return released;
      });
      const { app, post } = await listen(nest, 'Express', {
        imports: [ToxicityModule.forRoot({ classifier, deadlineMs: 20_000 })],
        controllers: [Comments],
      });
      const answering = post('/comments', { comment: 'RUDE' });
      await asked;
      const closing = app.close();
      release();
      expect((await answering).json.toxicity).toMatchObject({ action: 'flag' });
      await closing;
    });
  });

  it("can be given a test's options by their token", async () => {
    const { Test } = await nest.testing();
    const module = await Test.createTestingModule({ imports: [ToxicityModule.forRoot()] })
      .overrideProvider(TOXICITY_OPTIONS)
      .useValue({ classifier: wordClassifier() })
      .compile();
    expect(await module.get(ToxicityService).judge({ body: 'REFUSE' })).toMatchObject({ model: 'words-1' });
    await module.close();
  });

  describe('ToxicityGuard, called by something else', () => {
    class Handlers {
      plain() {}
      @SkipToxicity()
      skipped() {}
    }
    async function ask(type: string, handler: () => void, args: unknown[]) {
      const { ExecutionContextHost } = await import('@nestjs/core/helpers/execution-context-host.js');
      const context = new ExecutionContextHost(args, Handlers, handler);
      context.setType(type);
      const classifier = wordClassifier();
      const module = rootModule({ imports: [ToxicityModule.forRoot({ classifier })] });
      const app = await NestFactory.createApplicationContext(module, { logger: false });
      const passes = await app
        .get(ToxicityGuard)
        .canActivate(context)
        .finally(() => app.close());
      return { passes, seen: classifier.seen };
    }
    const { plain, skipped } = Handlers.prototype;

    it('says what to do with a transport that it does not know', async () => {
      await expect(ask('chat', plain, ['REFUSE'])).rejects.toThrow(
        'ToxicityGuard knows no calls of type chat: put @SkipToxicity() on the handler, or override callOf().',
      );
      expect(await ask('chat', skipped, ['REFUSE'])).toEqual({ passes: true, seen: [] });
    });

    it("judges the arguments of GraphQL's resolvers, and nothing of those that have none", async () => {
      const context = { req: { headers: { agent: 'REFUSE' } } };
      const info = { fieldName: 'add' };
      expect((await ask('graphql', plain, [{}, { q: 'fine' }, context, info])).seen).toEqual(['fine']);
      // A reference, and a type.
      expect((await ask('graphql', plain, [{}, context, info])).seen).toEqual([]);
      expect((await ask('graphql', plain, [{}, context, info, { name: 'Comment' }])).seen).toEqual([]);
    });
  });
});
