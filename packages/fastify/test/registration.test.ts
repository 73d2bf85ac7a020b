import { rm } from 'node:fs/promises';
import type { Decision } from '@toxicity-guard/core';
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyRequest,
  preHandlerHookHandler,
  preValidationHookHandler,
} from 'fastify';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import { modelFolder } from '../../core/test/small-model.js';
import byDefault, {
  type RouteToxicityOptions,
  type ToxicityGuardOptions,
  toxicityGuard,
} from '../src/index.js';
import { bare, deferred, echo, guarded, listen, versions, within } from './apps.js';

const toxic = { comment: 'REFUSE' };
const rude = { comment: 'RUDE' };

describe.each(versions)('%s', (_, create) => {
  const registering = async (app: FastifyInstance, options: object): Promise<void> => {
    await app.register(toxicityGuard, options as ToxicityGuardOptions);
  };

  describe("a route's own options", () => {
    it('win over those of the plugin, which stay where it has none', async () => {
      const classifier = wordClassifier();
      const app = bare(create);
      await app.register(toxicityGuard, { classifier, mode: 'flag', fields: ['/comment'] });
      app.post('/strict', { config: { toxicity: { mode: 'reject' } } }, echo);
      app.post('/same', { config: { toxicity: { mode: undefined } } }, echo);
      app.post('/other', { config: { toxicity: { fields: ['/title'] } } }, echo);
      const ask = await listen(app);
      expect((await ask('POST', '/strict', toxic)).status).toBe(422);
      expect((await ask('POST', '/same', toxic)).body.toxicity).toMatchObject({
        mode: 'flag',
        action: 'flag',
      });
      expect((await ask('POST', '/other', toxic)).body.toxicity).toBeNull();
      expect(classifier.seen).toEqual(['REFUSE', 'REFUSE']);
    });

    it('leave a route unguarded', async () => {
      const app = guarded(create);
      app.post('/free', { config: { toxicity: false } }, echo);
      const ask = await listen(app);
      expect((await ask('POST', '/free', toxic)).body).toEqual({ body: toxic, toxicity: null });
      expect((await ask('POST', '/comments', toxic)).status).toBe(422);
    });

    it('are the only ones with `global: false`', async () => {
      const app = guarded(create, { global: false });
      app.post('/guarded', { config: { toxicity: {} } }, echo);
      const ask = await listen(app);
      expect((await ask('POST', '/comments', toxic)).body.toxicity).toBeNull();
      expect((await ask('POST', '/guarded', toxic)).status).toBe(422);
    });

    it('have a handler and a skip too', async () => {
      const app = guarded(create, { skip: () => true, handler: () => ({ by: 'plugin' }) });
      const own: RouteToxicityOptions = { skip: () => false, handler: () => ({ by: 'route' }) };
      app.post('/own', { config: { toxicity: own } }, echo);
      const ask = await listen(app);
      expect((await ask('POST', '/own', toxic)).body).toEqual({ by: 'route' });
      expect((await ask('POST', '/comments', toxic)).status).toBe(201);
    });

    it('may have a classifier', async () => {
      const [ofAll, ofRoute] = [wordClassifier(), wordClassifier()];
      const app = guarded(create, { classifier: ofAll });
      app.post('/own', { config: { toxicity: { classifier: ofRoute } } }, echo);
      expect((await (await listen(app))('POST', '/own', toxic)).status).toBe(422);
      expect([ofAll.seen, ofRoute.seen]).toEqual([[], ['REFUSE']]);
    });

    it('are judged by the model of the plugin, which is loaded once', async () => {
      const model = await modelFolder();
      const app = bare(create);
      await app.register(toxicityGuard, { classifier: { model } });
      await app.toxicityGuard.ready();
      await rm(model, { recursive: true });
      app.post('/own', { config: { toxicity: { mode: 'flag' } } }, echo);
      app.post('/hand', { preHandler: app.toxicityGuard({ mode: 'flag' }) }, echo);
      const ask = await listen(app);
      for (const path of ['/own', '/hand']) {
        const { status, body } = await ask('POST', path, { comment: 'fine' });
        expect([status, body.toxicity.error]).toEqual([201, null]);
      }
    });

    it.each<[unknown, string]>([
      [
        { treshold: 1 },
        'Expected `config.toxicity` to have only known keys, got `treshold`. Did you mean `thresholds`?',
      ],
      [{ hook: 'preHandler' }, 'Expected `config.toxicity` to have only known keys, got `hook`'],
      [
        { mode: 'block' },
        "Expected `config.toxicity.mode` to be 'reject', 'flag' or 'shadow', got `\"block\"`",
      ],
      [true, 'Expected `config.toxicity` to be an object, got `true` (boolean)'],
    ])('%o throw where the route is written', async (config, message) => {
      const app = bare(create);
      await app.register(toxicityGuard, { classifier: wordClassifier() });
      const write = () => app.post('/x', { config: { toxicity: config as RouteToxicityOptions } }, echo);
      expect(write).toThrow(TypeError);
      expect(write).toThrow(message);
    });

    it('that are wrong let nothing pass where the route was written before the plugin had loaded', async () => {
      const app = guarded(create);
      app.post('/wrong', { config: { toxicity: { treshold: 1 } as RouteToxicityOptions } }, echo);
      const { status, body } = await (await listen(app))('POST', '/wrong', { comment: 'fine' });
      expect(status).toBe(500);
      expect(body.message).toContain('got `treshold`');
    });
  });

  describe('a preHandler placed by hand', () => {
    it('judges with options laid over those of the plugin', async () => {
      const app = bare(create);
      await app.register(toxicityGuard, { classifier: wordClassifier(), global: false, mode: 'flag' });
      app.post('/flag', { preHandler: app.toxicityGuard() }, echo);
      app.post('/reject', { preHandler: [app.toxicityGuard({ mode: 'reject' })] }, echo);
      app.post('/early', { preValidation: app.toxicityGuard({ mode: 'reject' }) }, echo);
      app.post('/none', echo);
      const ask = await listen(app);
      expect((await ask('POST', '/flag', toxic)).body.toxicity.action).toBe('flag');
      expect((await ask('POST', '/reject', toxic)).status).toBe(422);
      expect((await ask('POST', '/early', toxic)).status).toBe(422);
      expect((await ask('POST', '/none', toxic)).body.toxicity).toBeNull();
    });

    it('comes after what stands before it', async () => {
      const app = bare(create);
      await app.register(toxicityGuard, { classifier: wordClassifier(), global: false });
      const login: preHandlerHookHandler = (_request, reply, _done) =>
        void reply.code(401).send('who are you?');
      app.post('/comments', { preHandler: [login, app.toxicityGuard()] }, echo);
      expect((await (await listen(app))('POST', '/comments', toxic)).status).toBe(401);
    });

    it('throws at once for a wrong option', async () => {
      const app = bare(create);
      await app.register(toxicityGuard, { classifier: wordClassifier() });
      const make = () => app.toxicityGuard({ treshold: 1 } as RouteToxicityOptions);
      expect(make).toThrow(TypeError);
      expect(make).toThrow('Expected `options` to have only known keys, got `treshold`');
    });

    it('without the call, says so', async () => {
      const app = bare(create);
      await app.register(toxicityGuard, { classifier: wordClassifier() });
      app.post('/comments', { preHandler: app.toxicityGuard as preHandlerHookHandler }, echo);
      const { status, body } = await (await listen(app))('POST', '/comments', { comment: 'fine' });
      expect(status).toBe(500);
      expect(body.message).toBe(
        'Expected `options` to be an object of options, got a request: write `preHandler: fastify.toxicityGuard()`, with the call',
      );
    });
  });

  it.each([
    ['preHandler', 400],
    ['preValidation', 422],
  ] as const)('judges in %s, so that what is toxic and not valid is answered %i', async (hook, status) => {
    const app = bare(create);
    app.register(toxicityGuard, { classifier: wordClassifier(), hook });
    const schema = { body: { type: 'object', required: ['title'] } };
    app.post('/comments', { schema }, echo);
    const ask = await listen(app);
    expect((await ask('POST', '/comments', toxic)).status).toBe(status);
    expect((await ask('POST', '/comments', { ...toxic, title: 'fine' })).status).toBe(422);
    expect((await ask('POST', '/comments', { title: 'fine' })).status).toBe(201);
  });

  it('names the route by its pattern', async () => {
    const routes: (string | undefined)[] = [];
    const app = bare(create);
    app.register(toxicityGuard, {
      classifier: wordClassifier(),
      onDecision: (_decision, { route }) => routes.push(route),
    });
    within(app, (child) => void child.post('/:id/comments', echo), '/posts');
    const ask = await listen(app);
    await ask('POST', '/posts/7/comments', { comment: 'fine' });
    await ask('POST', '/REFUSE', { comment: 'fine' });
    expect(routes).toEqual(['POST /posts/:id/comments', undefined]);
  });

  describe('registered', () => {
    it('in a context, guards it and those inside it, and no other', async () => {
      const app = bare(create);
      app.post('/outside', echo);
      within(app, (child) => {
        child.register(toxicityGuard, { classifier: wordClassifier() });
        child.post('/inside', echo);
        within(child, (grandchild) => void grandchild.post('/deeper', echo));
      });
      within(app, (sibling) => void sibling.post('/beside', echo));
      const ask = await listen(app);
      expect(app.hasDecorator('toxicityGuard')).toBe(false);
      for (const path of ['/inside', '/deeper']) expect((await ask('POST', path, toxic)).status).toBe(422);
      for (const path of ['/outside', '/beside']) {
        expect((await ask('POST', path, toxic)).body).toEqual({ body: toxic, toxicity: null });
      }
    });

    it('twice with the same options, judges once', async () => {
      const classifier = wordClassifier();
      const app = bare(create);
      const register = async (context: FastifyInstance) => {
        await context.register(toxicityGuard, { classifier, thresholds: { reject: 0.9 } });
      };
      await register(app);
      await register(app);
      within(app, (child) => {
        void register(child);
        child.post('/inside', echo);
      });
      app.post('/comments', echo);
      const ask = await listen(app);
      expect((await ask('POST', '/comments', { comment: 'fine' })).status).toBe(201);
      expect((await ask('POST', '/inside', toxic)).status).toBe(422);
      expect(classifier.seen).toEqual(['fine', 'REFUSE']);
    });

    it('with two classifiers and again with the first, asks each once', async () => {
      const [classifier, other] = [wordClassifier(), wordClassifier()];
      const app = bare(create);
      for (const each of [classifier, other, classifier]) app.register(toxicityGuard, { classifier: each });
      app.post('/comments', echo);
      await (await listen(app))('POST', '/comments', { comment: 'fine' });
      expect([classifier.seen, other.seen]).toEqual([['fine'], ['fine']]);
    });

    it.each([
      ['flag', 'reject'],
      ['reject', 'flag'],
    ] as const)(
      'outside with %s and inside with %s, both judge and the stricter refuses',
      async (outer, inner) => {
        const app = bare(create);
        app.register(toxicityGuard, { classifier: wordClassifier(), mode: outer });
        app.post('/outside', echo);
        within(app, (child) => {
          child.register(toxicityGuard, { classifier: wordClassifier(), mode: inner });
          child.post('/inside', echo);
        });
        const ask = await listen(app);
        expect((await ask('POST', '/inside', toxic)).status).toBe(422);
        expect((await ask('POST', '/outside', toxic)).status).toBe(outer === 'reject' ? 422 : 201);
      },
    );

    it('outside and inside, the graver mark stays', async () => {
      const app = bare(create);
      app.register(toxicityGuard, { classifier: wordClassifier(), mode: 'flag' });
      within(app, (child) => {
        child.register(toxicityGuard, { classifier: wordClassifier(), fields: ['/title'] });
        child.post('/inside', echo);
        child.post('/free', { config: { toxicity: false } }, echo);
      });
      const ask = await listen(app);
      const marked = await ask('POST', '/inside', { title: 'fine', ...rude });
      expect(marked.body.toxicity).toMatchObject({ action: 'flag', findings: [{ pointer: '/comment' }] });
      expect((await ask('POST', '/inside', { title: 'REFUSE' })).status).toBe(422);
      expect((await ask('POST', '/free', toxic)).body.toxicity).toBeNull();
    });

    it.each<[object, string]>([
      [
        { treshold: 1 },
        'Expected `options` to have only known keys, got `treshold`. Did you mean `thresholds`?',
      ],
      [{ skp: () => true }, 'Expected `options` to have only known keys, got `skp`. Did you mean `skip`?'],
      [{ handler: 422 }, 'Expected `handler` to be a function, got `422` (number)'],
      [{ skip: true }, 'Expected `skip` to be a function, got `true` (boolean)'],
      [{ hook: 'onRequest' }, "Expected `hook` to be 'preHandler' or 'preValidation'"],
      [{ global: 'no' }, 'Expected `global` to be true or false'],
      [{ mode: 'block' }, "Expected `mode` to be 'reject', 'flag' or 'shadow', got `\"block\"` (string)"],
    ])('with %o, throws', async (options, message) => {
      await expect(registering(bare(create), options)).rejects.toThrow(TypeError);
      await expect(registering(bare(create), options)).rejects.toThrow(message);
    });

    it('not at all but called, says so', async () => {
      const sentence =
        'Expected `toxicityGuard` to be registered: write `app.register(toxicityGuard, options)`, without calling it';
      const call = toxicityGuard as unknown as (options?: object) => Promise<void>;
      expect(() => call()).toThrow(TypeError);
      expect(() => call({ mode: 'flag' })).toThrow(sentence);
      const app = bare(create);
      app.addHook('preHandler', toxicityGuard as unknown as preHandlerHookHandler);
      app.post('/comments', echo);
      const { status, body } = await (await listen(app))('POST', '/comments', { comment: 'fine' });
      expect([status, body.message]).toEqual([500, sentence]);
    });

    it('as the module object that `require` gives', async () => {
      const app = bare(create);
      app.register({ default: byDefault, toxicityGuard } as unknown as typeof toxicityGuard, {
        classifier: wordClassifier(),
      });
      app.post('/comments', echo);
      expect((await (await listen(app))('POST', '/comments', toxic)).status).toBe(422);
    });
  });

  it('can be made ready', async () => {
    const app = bare(create);
    const classifier = wordClassifier();
    await app.register(toxicityGuard, { classifier });
    expect(classifier.loads).toBe(0);
    expect(await app.toxicityGuard.ready()).toMatchObject({ id: 'words-1' });
    expect(classifier.loads).toBe(1);
  });

  it('says so where its model cannot be read', async () => {
    const app = bare(create);
    await app.register(toxicityGuard, { classifier: { model: './nowhere' } });
    await expect(app.toxicityGuard.ready()).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
  });

  describe('closing', () => {
    it('waits for judgements under way, and leaves your classifier to you', async () => {
      const started = deferred<void>();
      const release = deferred<void>();
      const classifier = wordClassifier(() => {
        started.resolve();
        return release.promise;
      });
      const app = guarded(create, { classifier });
      const ask = await listen(app);
      const answer = ask('POST', '/comments', { comment: 'fine' });
      await started.promise;
      const closed = vi.fn();
      const closing = app.close().then(closed);
      await new Promise((resolve) => setImmediate(resolve));
      expect(closed).not.toHaveBeenCalled();
      release.resolve();
      expect((await answer).status).toBe(201);
      await closing;
      await app.close();
      expect(classifier.closes).toBe(0);
    });

    it('ends every guard that was made', async () => {
      const app = bare(create);
      await app.register(toxicityGuard, { classifier: wordClassifier(), global: false });
      const guard = app.toxicityGuard();
      await app.close();
      await app.close();
      const other = bare(create);
      other.post('/comments', { preHandler: guard }, echo);
      const { status, body } = await (await listen(other))('POST', '/comments', { comment: 'fine' });
      expect([status, body.code]).toEqual([503, 'CLOSED']);
    });

    it('ends the classifier that it made', async () => {
      const app = bare(create);
      await app.register(toxicityGuard);
      const { ready } = app.toxicityGuard;
      await app.close();
      await expect(ready()).rejects.toMatchObject({ code: 'CLOSED' });
    });
  });

  it('fits a Fastify of any type', async () => {
    const app = create({ http2: true });
    app.register(toxicityGuard, { mode: 'flag' });
    app.post<{ Body: { comment: string } }>(
      '/comments',
      { config: { toxicity: { mode: 'shadow' } } },
      (request) => {
        expectTypeOf(request.toxicity).toEqualTypeOf<Decision | null>();
        return request.body.comment;
      },
    );
    await app.close();
  });
});

it('is typed for Fastify', () => {
  expectTypeOf(byDefault).toEqualTypeOf(toxicityGuard);
  expectTypeOf<FastifyRequest['toxicity']>().toEqualTypeOf<Decision | null>();
  expectTypeOf<FastifyContextConfig['toxicity']>().toEqualTypeOf<RouteToxicityOptions | false | undefined>();
  expectTypeOf<FastifyInstance['toxicityGuard']>().returns.toExtend<preHandlerHookHandler>();
  expectTypeOf<FastifyInstance['toxicityGuard']>().returns.toExtend<preValidationHookHandler>();
  expectTypeOf<FastifyInstance['toxicityGuard']>()
    .parameter(0)
    .toEqualTypeOf<RouteToxicityOptions | undefined>();
  const written = (app: FastifyInstance) => {
    app.register(toxicityGuard, { mode: 'flag', hook: 'preValidation', skip: (request) => request.is404 });
    // @ts-expect-error an unknown option
    app.register(toxicityGuard, { treshold: 0.5 });
    // @ts-expect-error an unknown option of a route
    app.post('/comments', { config: { toxicity: { treshold: 0.5 } } }, echo);
    // @ts-expect-error an option of the plugin alone
    app.toxicityGuard({ hook: 'preHandler' });
    app.post<{ Body: { comment: string } }>(
      '/comments',
      { preHandler: app.toxicityGuard() },
      async () => 'ok',
    );
  };
  expectTypeOf(written).toBeFunction();
});
