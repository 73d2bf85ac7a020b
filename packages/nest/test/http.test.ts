import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Decision, GuardOptions } from '@toxicity-guard/core';
import { toxicityGuard } from '@toxicity-guard/express';
import express from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import { type Answer, ask, closeAll, closeLater, listen } from './apps.js';
import { commentsServer, echo, loadHttpCases } from './comments.js';

const cases = await loadHttpCases();

afterEach(closeAll);

describe.each(cases)('$name', (kase) => {
  const { platform, nest, guard } = kase;
  const { Body, Controller, Get, Param, Post, Req } = nest.common;
  const { RejectToxic, Toxicity, ToxicityGuard, ToxicityModule } = guard;
  const serve = commentsServer(kase);

  describe('a route with @RejectToxic()', () => {
    it('lets a clean comment reach its handler, with the verdict', async () => {
      const { post } = await serve();
      const { status, json } = await post('/comments', { comment: 'a kind word' });
      expect(status).toBe(201);
      expect(json).toMatchObject({
        body: { comment: 'a kind word' },
        toxicity: { action: 'allow', model: 'words-1' },
      });
      expect(json.onRequest).toEqual(json.toxicity);
    });

    it('refuses a toxic one with exactly this, and logs nothing of it', async () => {
      const { post, log } = await serve();
      const { status, headers, json, text } = await post('/comments', { comment: 'please REFUSE this' });
      expect(status).toBe(422);
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.has('retry-after')).toBe(false);
      expect(json).toStrictEqual({
        type: 'urn:toxicity-guard:problem:toxic-content',
        title: 'Content refused',
        status: 422,
        detail: '1 text was refused as toxic.',
        code: 'TOXIC_CONTENT',
        errors: [
          { detail: 'Judged toxic, insult.', in: 'body', pointer: '#/comment', labels: ['toxic', 'insult'] },
        ],
      });
      expect(text + log()).not.toContain('REFUSE');
      expect(log()).not.toMatch(/Toxicity ?Exception|Content-Type/);
    });

    it('marks one that is to be flagged', async () => {
      const { post } = await serve();
      const { status, json } = await post('/comments', { comment: 'RUDE' });
      expect(status).toBe(201);
      expect(json.toxicity).toMatchObject({
        action: 'flag',
        findings: [{ pointer: '/comment', labels: ['toxic'] }],
      });
    });

    it('has no verdict where there was no text', async () => {
      const onDecision = vi.fn();
      const { post } = await serve({ onDecision });
      expect((await post('/comments', { n: 1 })).json).toEqual({
        body: { n: 1 },
        toxicity: null,
        onRequest: null,
      });
      expect(onDecision).not.toHaveBeenCalled();
    });

    it('reports in shadow and changes nothing', async () => {
      const onDecision = vi.fn();
      @Controller()
      class Comments {
        @Post('comments')
        create(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
          return echo(body, toxicity, request);
        }
      }
      const { post } = await listen(nest, platform, {
        imports: [ToxicityModule.forRoot({ classifier: wordClassifier(), mode: 'shadow', onDecision })],
        controllers: [Comments],
        providers: [{ provide: nest.core.APP_GUARD, useClass: ToxicityGuard }],
      });
      const { status, json } = await post('/comments', { comment: 'REFUSE' });
      expect(status).toBe(201);
      expect(json).toMatchObject({ toxicity: null, onRequest: null });
      expect(onDecision.mock.calls[0]?.[0]).toMatchObject({ action: 'reject', mode: 'shadow', status: null });
    });

    it("leaves Nest's own 400 to malformed JSON", async () => {
      const { post } = await serve();
      const { status } = await post('/comments', '{"comment": "REFUSE', {
        'Content-Type': 'application/json; x=y',
      });
      expect(status).toBe(400);
    });

    it('keeps many requests apart', async () => {
      const classifier = wordClassifier(() => new Promise((resolve) => setImmediate(resolve)));
      const { post } = await serve({ classifier });
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          post('/comments', { comment: `${index % 2 ? 'RUDE' : 'fine'} ${index}` }),
        ),
      );
      for (const [index, { json }] of answers.entries()) {
        expect(json.body.comment).toContain(String(index));
        expect(json.toxicity.action).toBe(index % 2 ? 'flag' : 'allow');
      }
    });
  });

  describe('answers as the Express adapter does, to the byte', () => {
    const broken = () => wordClassifier(() => Promise.reject(new Error('REFUSE')));
    const silent = () => wordClassifier(() => new Promise(() => undefined));
    const json = (comment: unknown) => ({ type: 'application/json', body: JSON.stringify(comment) });

    it.each<[string, GuardOptions, { type: string; body: string }, number]>([
      ['a toxic field', {}, json({ comment: 'REFUSE' }), 422],
      ['fields at any depth', {}, json({ a: [{ 'b/c': 'REFUSE' }, { ü: 'REFUSE' }] }), 422],
      ['an array', {}, json(['fine', 'REFUSE']), 422],
      ['a form', {}, { type: 'application/x-www-form-urlencoded', body: 'a=REFUSE&b=fine' }, 422],
      ['too much text', { maxTextLength: 10 }, json({ comment: 'a'.repeat(11) }), 413],
      ['too many texts', { maxFields: 1 }, json(['a', 'b']), 413],
      ['a classifier that fails', { classifier: broken() }, json({ comment: 'fine' }), 503],
      ['a deadline', { deadlineMs: 20, classifier: silent() }, json({ comment: 'fine' }), 503],
    ])('%s', async (_name, options, { type, body }, status) => {
      const app = express();
      app.use(express.json(), express.urlencoded({ extended: true }));
      app.use(toxicityGuard({ classifier: wordClassifier(), ...options }));
      app.post('/comments', (_req, res) => void res.sendStatus(201));
      const server = app.listen(0, '127.0.0.1');
      closeLater(server);
      await once(server, 'listening');
      const { url } = await serve(options);
      const init = { method: 'POST', headers: { 'Content-Type': type }, body };
      const seen = ({ status, headers, text }: Answer) => ({
        status,
        text,
        headers: ['content-type', 'cache-control', 'retry-after', 'etag'].map((name) => headers.get(name)),
      });
      const ofExpress = seen(
        await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/comments`, init),
      );
      expect(ofExpress.status).toBe(status);
      expect(seen(await ask(`${url}/comments`, init))).toEqual(ofExpress);
    });
  });

  it('judges parameters, query and headers where they are chosen, and knows the route', async () => {
    const routes: (string | undefined)[] = [];
    @Controller('users')
    class Users {
      @Get(':name')
      @RejectToxic({
        fields: { query: ['/q'], params: true, headers: ['/x-note'] },
        onDecision: (_decision, { route }) => routes.push(route),
      })
      show(@Param('name') name: string) {
        return { name };
      }
    }
    const imports = [ToxicityModule.forRoot({ classifier: wordClassifier() })];
    const { url } = await listen(
      nest,
      platform,
      { imports, controllers: [Users] },
      { before: (app) => app.setGlobalPrefix('api') },
    );
    expect((await ask(`${url}/api/users/REFUSE`)).json.errors).toMatchObject([
      { in: 'params', pointer: '#/name' },
    ]);
    expect((await ask(`${url}/api/users/x?q=REFUSE&z=1`)).json.errors).toMatchObject([
      { in: 'query', pointer: '#/q' },
    ]);
    expect((await ask(`${url}/api/users/x`, { headers: { 'X-Note': 'REFUSE' } })).json.errors).toMatchObject([
      { in: 'headers' },
    ]);
    expect((await ask(`${url}/api/users/x?z=REFUSE`)).status).toBe(200);
    expect(new Set(routes)).toEqual(new Set(['GET /api/users/:name']));
  });

  describe('a fault', () => {
    const broken = () => wordClassifier(() => Promise.reject(new Error('REFUSE')));

    it('refuses with 503 and when to come back', async () => {
      const { post, log } = await serve({ classifier: broken() });
      const { status, headers, json, text } = await post('/comments', { comment: 'fine' });
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('10');
      expect(json).toMatchObject({
        code: 'CLASSIFIER_FAILED',
        type: 'urn:toxicity-guard:problem:unavailable',
      });
      expect(text + log()).not.toContain('REFUSE');
    });

    it('passes and is marked where failure is open', async () => {
      const { post } = await serve({ classifier: broken(), failure: 'open' });
      const { status, json } = await post('/comments', { comment: 'fine' });
      expect(status).toBe(201);
      expect(json.toxicity).toMatchObject({ action: 'unavailable', error: { code: 'CLASSIFIER_FAILED' } });
    });

    it("of a function of the site goes to Nest's own filter and its log, and not to the client", async () => {
      const { post, log } = await serve(
        { failure: 'open' },
        {
          fields: ({ body }) => [{ pointer: '/comment', text: (body as { comment: string }).comment.trim() }],
        },
      );
      const { status, json } = await post('/comments', { other: 'REFUSE' });
      expect(status).toBe(500);
      expect(json).toEqual({ statusCode: 500, message: 'Internal server error' });
      expect(log()).toContain('The `fields` function threw TypeError');
      expect(log()).not.toContain('REFUSE');
    });

    it('of skip goes there too', async () => {
      const { post, log } = await serve({}, { skip: () => Promise.reject(new RangeError('from skip')) });
      expect((await post('/comments', { comment: 'fine' })).status).toBe(500);
      expect(log()).toContain('RangeError: from skip');
    });
  });

  it.each(['closed', 'open'] as const)(
    'judges no further for a client that has gone (%s)',
    async (failure) => {
      const handled = vi.fn();
      const started = deferred<AbortSignal | undefined>();
      const decided = deferred<Decision>();
      @Controller()
      class Comments {
        @Post('comments')
        @RejectToxic()
        create() {
          handled();
        }
      }
      const classifier = wordClassifier((_text, { signal }) => {
        started.resolve(signal);
        return new Promise(() => undefined);
      });
      const imports = [
        ToxicityModule.forRoot({ classifier, failure, deadlineMs: 20_000, onDecision: decided.resolve }),
      ];
      const { url } = await listen(nest, platform, { imports, controllers: [Comments] });
      const sent = httpRequest(`${url}/comments`, {
        method: 'POST',
        agent: false,
        headers: { 'Content-Type': 'application/json' },
      });
      sent.on('error', () => undefined);
      sent.end('{"comment":"fine"}');
      const signal = await started.promise;
      sent.destroy();
      expect((await decided.promise).error).toMatchObject({ code: 'ABORTED' });
      expect(signal?.aborted).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
      expect(handled).not.toHaveBeenCalled();
    },
  );
});

// Fastify asks no handler where the response has ended.
describe.each(cases.filter(({ platform }) => platform === 'Express'))(
  '$name',
  ({ platform, nest, guard }) => {
    const { Controller, Post } = nest.common;
    const { RejectToxic, ToxicityModule } = guard;

    it('does not answer where somebody has', async () => {
      const handled = vi.fn();
      const setHeader = vi.fn();
      const decided = deferred<Decision>();
      @Controller()
      class Comments {
        @Post('comments')
        @RejectToxic()
        create() {
          handled();
        }
      }
      const answer = (_request: unknown, response: ServerResponse, next: () => void) => {
        response.statusCode = 202;
        response.end('early');
        Object.assign(response, { setHeader });
        next();
      };
      const imports = [ToxicityModule.forRoot({ classifier: wordClassifier(), onDecision: decided.resolve })];
      const { post } = await listen(
        nest,
        platform,
        { imports, controllers: [Comments] },
        { before: (app) => app.use(answer) },
      );
      const { status, text } = await post('/comments', { comment: 'REFUSE' });
      expect([status, text]).toEqual([202, 'early']);
      expect((await decided.promise).action).toBe('reject');
      await new Promise((resolve) => setImmediate(resolve));
      expect(handled).not.toHaveBeenCalled();
      expect(setHeader).not.toHaveBeenCalled();
    });
  },
);

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
