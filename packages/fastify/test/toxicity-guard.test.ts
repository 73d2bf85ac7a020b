import { type AddressInfo, connect } from 'node:net';
import type { Decision } from '@toxicity-guard/core';
import { describe, expect, it, vi } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import type { ToxicityGuardOptions } from '../src/index.js';
import { toxicityGuard } from '../src/index.js';
import { type Ask, bare, deferred, echo, guarded, listen, versions } from './apps.js';

describe.each(versions)('%s', (_, create) => {
  const serve = (options?: ToxicityGuardOptions): Promise<Ask> => listen(guarded(create, options));

  describe('judges', () => {
    it('a clean comment, which reaches its handler', async () => {
      const { status, body } = await (await serve())('POST', '/comments', { comment: 'a kind word' });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        body: { comment: 'a kind word' },
        toxicity: { action: 'allow', model: 'words-1' },
      });
    });

    it('a toxic comment, which is refused with exactly this', async () => {
      const { status, headers, text } = await (await serve())('POST', '/comments', {
        comment: 'please REFUSE this',
      });
      expect(status).toBe(422);
      expect(headers).toEqual({
        'content-type': 'application/problem+json; charset=utf-8',
        'cache-control': 'no-store',
        'content-length': String(Buffer.byteLength(text)),
        connection: 'close',
        date: expect.any(String),
      });
      expect(text).toBe(
        '{"type":"urn:toxicity-guard:problem:toxic-content","title":"Content refused","status":422,' +
          '"detail":"1 text was refused as toxic.","code":"TOXIC_CONTENT","errors":[{"detail":"Judged toxic, insult.",' +
          '"in":"body","pointer":"#/comment","labels":["toxic","insult"]}]}',
      );
    });

    it('a toxic comment, whose refusal no schema or serializer changes', async () => {
      const app = bare(create);
      app.register(toxicityGuard, { classifier: wordClassifier() });
      app.setReplySerializer(() => '"mine"');
      const response = { 422: { type: 'object', properties: { title: { type: 'string' } } } };
      app.post('/comments', { schema: { response } }, echo);
      const { status, body } = await (await listen(app))('POST', '/comments', { comment: 'REFUSE' });
      expect([status, body.code]).toEqual([422, 'TOXIC_CONTENT']);
    });

    it('a flagged comment, which passes with its mark', async () => {
      const { status, body } = await (await serve())('POST', '/comments', { comment: 'RUDE' });
      expect(status).toBe(201);
      expect(body.toxicity).toMatchObject({
        action: 'flag',
        findings: [{ pointer: '/comment', labels: ['toxic'] }],
      });
    });

    it('query, params and headers where they are chosen', async () => {
      const app = bare(create);
      const fields = { query: ['/q'], params: true, headers: ['/x-note'] } as const;
      app.register(toxicityGuard, { classifier: wordClassifier(), fields });
      app.get('/users/:name', echo);
      const ask = await listen(app);
      expect((await ask('GET', '/users/REFUSE')).body.errors).toMatchObject([
        { in: 'params', pointer: '#/name' },
      ]);
      expect((await ask('GET', '/users/x?q=REFUSE')).body.errors).toMatchObject([
        { in: 'query', pointer: '#/q' },
      ]);
      expect((await ask('GET', '/users/x', undefined, { 'X-Note': 'REFUSE' })).body.errors).toMatchObject([
        { in: 'headers', pointer: '#/x-note' },
      ]);
      expect((await ask('GET', '/users/x?z=REFUSE')).status).toBe(201);
      expect(await ask('HEAD', '/users/x?q=REFUSE')).toMatchObject({ status: 422, text: '' });
    });

    it('many at a time, kept apart', async () => {
      const turns = { before: () => new Promise((resolve) => setImmediate(resolve)) };
      const ask = await serve({ classifier: wordClassifier(turns.before), maxConcurrent: 3 });
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_each, index) =>
          ask('POST', '/comments', { comment: `${index % 2 ? 'REFUSE' : 'fine'} ${index}` }),
        ),
      );
      for (const [index, { status, body }] of answers.entries()) {
        expect(status).toBe(index % 2 ? 422 : 201);
        expect(body.body?.comment).toBe(index % 2 ? undefined : `fine ${index}`);
      }
    });

    it('what no route takes, before it is not found', async () => {
      const ask = await serve();
      expect((await ask('POST', '/nowhere', { comment: 'REFUSE' })).status).toBe(422);
      expect((await ask('POST', '/nowhere', { comment: 'fine' })).status).toBe(404);
    });
  });

  describe('leaves alone', () => {
    it.each(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'POST'])('a %s without a body', async (method) => {
      const onDecision = vi.fn();
      const app = bare(create);
      app.register(toxicityGuard, { classifier: wordClassifier(), onDecision });
      app.all('/comments', echo);
      const { status, body } = await (await listen(app))(method, '/comments?q=REFUSE');
      expect(status).toBe(201);
      if (method !== 'HEAD') expect(body).toEqual({ toxicity: null });
      expect(onDecision).not.toHaveBeenCalled();
    });

    it('a body without text', async () => {
      const ask = await serve();
      expect((await ask('POST', '/comments', { n: 1 })).body).toEqual({ body: { n: 1 }, toxicity: null });
      expect((await ask('POST', '/comments', {})).body).toEqual({ body: {}, toxicity: null });
    });

    it("malformed JSON: Fastify's own 400 stays", async () => {
      const onDecision = vi.fn();
      const ask = await serve({ onDecision });
      const { status, text } = await ask('POST', '/comments', '{"comment": "REFUSE', {
        'content-type': 'application/json',
      });
      expect(status).toBe(400);
      expect(text).not.toContain('TOXIC_CONTENT');
      expect(onDecision).not.toHaveBeenCalled();
    });

    it('everything in shadow', async () => {
      const onDecision = vi.fn();
      const ask = await serve({ mode: 'shadow', onDecision });
      const { status, body } = await ask('POST', '/comments', { comment: 'REFUSE' });
      expect(status).toBe(201);
      expect(body.toxicity).toBeNull();
      expect(onDecision.mock.calls[0]?.[0]).toMatchObject({ action: 'reject', mode: 'shadow', status: null });
    });

    it('but marks in mode flag', async () => {
      const { status, body } = await (await serve({ mode: 'flag' }))('POST', '/comments', {
        comment: 'REFUSE',
      });
      expect(status).toBe(201);
      expect(body.toxicity).toMatchObject({
        action: 'flag',
        findings: [{ action: 'reject' }],
        problem: null,
      });
    });

    it('what skip says', async () => {
      const ask = await serve({ skip: async (request) => request.headers['x-trusted'] === 'yes' });
      const trusted = await ask('POST', '/comments', { comment: 'REFUSE' }, { 'X-Trusted': 'yes' });
      expect(trusted.status).toBe(201);
      expect((await ask('POST', '/comments', { comment: 'REFUSE' })).status).toBe(422);
    });
  });

  describe('a fault', () => {
    const broken = () => wordClassifier(() => Promise.reject(new Error('REFUSE')));

    it('refuses with 503 and when to come back', async () => {
      const ask = await serve({ classifier: broken() });
      const { status, headers, body, text } = await ask('POST', '/comments', { comment: 'fine' });
      expect(status).toBe(503);
      expect(headers['retry-after']).toBe('10');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(body).toMatchObject({
        type: 'urn:toxicity-guard:problem:unavailable',
        code: 'CLASSIFIER_FAILED',
      });
      expect(text).not.toContain('REFUSE');
    });

    it('passes and is marked where failure is open', async () => {
      const ask = await serve({ classifier: broken(), failure: 'open' });
      const { status, body } = await ask('POST', '/comments', { comment: 'fine' });
      expect(status).toBe(201);
      expect(body.toxicity).toMatchObject({ action: 'unavailable', error: { code: 'CLASSIFIER_FAILED' } });
    });

    it('of a deadline that has passed is 503', async () => {
      const ask = await serve({
        classifier: wordClassifier(() => new Promise(() => undefined)),
        deadlineMs: 20,
      });
      const { status, headers, body } = await ask('POST', '/comments', { comment: 'fine' });
      expect([status, headers['retry-after'], body.code]).toEqual([503, '1', 'DEADLINE_EXCEEDED']);
    });

    it('of too much text is 413 also where failure is open', async () => {
      const ask = await serve({ maxTextLength: 10, failure: 'open' });
      const { status, body } = await ask('POST', '/comments', { comment: 'a'.repeat(11) });
      expect([status, body.code]).toEqual([413, 'TEXT_TOO_LONG']);
    });

    it('of a function of the site goes to the error handler', async () => {
      const handler = vi.fn();
      const ask = await serve({
        fields: ({ body }) => [
          { pointer: '/comment', text: (body as { comment: { trim(): string } }).comment.trim() },
        ],
        failure: 'open',
        handler,
      });
      const { status, body } = await ask('POST', '/comments', { other: 'REFUSE' });
      expect(status).toBe(500);
      expect(body).toMatchObject({
        caught: 'FIELDS_FAILED',
        message: expect.stringMatching(/^The `fields` function threw TypeError at /),
      });
      expect(handler).not.toHaveBeenCalled();
    });
  });

  describe('a handler', () => {
    const refused = async (handler: ToxicityGuardOptions['handler']) =>
      (await serve({ handler }))('POST', '/comments', { comment: 'REFUSE' });

    it.each<[string, NonNullable<ToxicityGuardOptions['handler']>]>([
      ['by reply', ({ action }, _request, reply) => void reply.code(400).send({ action })],
      ['by a reply that it gives back', ({ action }, _request, reply) => reply.code(400).send({ action })],
      [
        'by what it returns',
        ({ action }, _request, reply) => {
          reply.code(400);
          return { action };
        },
      ],
      [
        'by a promise',
        async ({ action }, _request, reply) => {
          await Promise.resolve();
          reply.code(400);
          return { action };
        },
      ],
      [
        'by a promise of its reply',
        async ({ action }, _request, reply) => {
          await Promise.resolve();
          return reply.code(400).send({ action });
        },
      ],
      ['later', ({ action }, _request, reply) => void setImmediate(() => reply.code(400).send({ action }))],
    ])('answers %s', async (_name, handler) => {
      const { status, body } = await refused(handler);
      expect([status, body]).toEqual([400, { action: 'reject' }]);
    });

    it('finds the decision on the request too', async () => {
      const { body } = await refused((decision, request) => ({ same: request.toxicity === decision }));
      expect(body).toEqual({ same: true });
    });

    it('keeps the route from running while a hook holds its answer up', async () => {
      const app = guarded(create, {
        handler: (_decision, _request, reply) => void reply.code(400).send('no'),
      });
      const ran = vi.fn();
      app.addHook('onSend', async () => void (await new Promise((resolve) => setImmediate(resolve))));
      app.post('/watched', async () => ran());
      const { status, text } = await (await listen(app))('POST', '/watched', { comment: 'REFUSE' });
      expect([status, text]).toEqual([400, 'no']);
      expect(ran).not.toHaveBeenCalled();
    });

    it.each<[string, () => unknown]>([
      [
        'throws',
        () => {
          throw new RangeError('from the handler');
        },
      ],
      ['rejects', () => Promise.reject(new RangeError('from the handler'))],
    ])('that %s reaches the error handler', async (_name, handler) => {
      const { status, body } = await refused(handler);
      expect(status).toBe(500);
      expect(body).toEqual({ caught: 'RangeError', message: 'from the handler' });
    });

    it('skip that throws or rejects does too', async () => {
      const failing = [
        () => {
          throw new RangeError('x');
        },
        () => Promise.reject(new RangeError('x')),
      ];
      for (const skip of failing) {
        const { body } = await (await serve({ skip }))('POST', '/comments', { comment: 'fine' });
        expect(body.caught).toBe('RangeError');
      }
    });
  });

  describe('a client that has gone', () => {
    async function abandon(options: ToxicityGuardOptions) {
      const ran = { handled: vi.fn(), errors: vi.fn(), refused: vi.fn() };
      const decided = deferred<Decision>();
      const started = deferred<AbortSignal | undefined>();
      const app = create();
      app.setErrorHandler(ran.errors);
      app.register(toxicityGuard, {
        classifier: wordClassifier((_text, { signal }) => {
          started.resolve(signal);
          return new Promise(() => undefined);
        }),
        deadlineMs: 20_000,
        onDecision: decided.resolve,
        handler: ran.refused,
        ...options,
      });
      app.post('/comments', async () => {
        ran.handled();
        return 'handled';
      });
      await app.listen({ port: 0, host: '127.0.0.1' });
      const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      client.write('POST /comments HTTP/1.1\r\nHost: site.test\r\nContent-Type: application/json\r\n');
      client.write('Content-Length: 18\r\n\r\n{"comment":"fine"}');
      const signal = await started.promise;
      client.destroy();
      const decision = await decided.promise;
      expect(signal?.aborted).toBe(true);
      // Waits for what is still under way.
      await app.close();
      return { decision, calls: Object.values(ran).map(({ mock }) => mock.calls.length) };
    }

    it.each(['closed', 'open'] as const)(
      'is judged no further, answered nothing and handled nothing (%s)',
      async (failure) => {
        const { decision, calls } = await abandon({ failure });
        expect(decision.error?.code).toBe('ABORTED');
        expect(calls).toEqual([0, 0, 0]);
      },
    );

    it('is handled all the same in shadow, which changes nothing', async () => {
      expect((await abandon({ mode: 'shadow' })).calls).toEqual([1, 0, 0]);
    });
  });

  it('does not answer where somebody has', async () => {
    const release = deferred<void>();
    const started = deferred<void>();
    const handler = vi.fn();
    const classifier = wordClassifier(() => {
      started.resolve();
      return release.promise;
    });
    const app = bare(create);
    const decided = deferred<Decision>();
    app.addHook('preHandler', async (_request, reply) => {
      void started.promise.then(() => reply.code(202).send('early'));
    });
    app.register(toxicityGuard, { classifier, handler, onDecision: decided.resolve });
    app.post('/comments', echo);
    const ask = await listen(app);
    const { status, text } = await ask('POST', '/comments', { comment: 'REFUSE' });
    expect([status, text]).toEqual([202, 'early']);
    release.resolve();
    expect((await decided.promise).error?.code).toBe('ABORTED');
    await app.close();
    expect(handler).not.toHaveBeenCalled();
  });
});
