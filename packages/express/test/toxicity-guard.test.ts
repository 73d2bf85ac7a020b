import type { Decision } from '@toxicity-guard/core';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import multer from 'multer';
import request from 'supertest';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { warningsOf } from '../../../test/warnings-of.js';
import { type ToxicityGuardOptions, toxicityGuard } from '../src/index.js';
import { majors, wordClassifier } from './apps.js';

describe.each(majors)('%s', (_, express) => {
  /** Answers what it got, and what the guard left on the request. */
  const echo: RequestHandler = (req, res) =>
    void res.status(201).json({ body: req.body, toxicity: req.toxicity ?? null });

  // Express's own error handler, but for the error on the console.
  const tell: ErrorRequestHandler = (error, _req, res, _next) =>
    void res.status(error.status ?? 500).json({ caught: error.code ?? error.name, message: error.message });

  function serve(options: ToxicityGuardOptions = {}, ...parsers: RequestHandler[]): Express {
    const app = express();
    if (parsers.length === 0)
      parsers.push(express.json(), express.urlencoded({ extended: true }), express.text());
    for (const parser of parsers) app.use(parser);
    app.use(toxicityGuard({ classifier: wordClassifier(), ...options }));
    app.all('/comments', echo);
    app.use(tell);
    return app;
  }

  const bare: RequestHandler = (_req, _res, next) => next();
  const post = (app: Express) => request(app).post('/comments');

  describe('judges', () => {
    it('a clean comment, which reaches its handler', async () => {
      const { status, body } = await post(serve()).send({ comment: 'a kind word' });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        body: { comment: 'a kind word' },
        toxicity: { action: 'allow', model: 'words-1' },
      });
    });

    it('a toxic comment, which is refused with exactly this', async () => {
      const response = await post(serve()).send({ comment: 'please REFUSE this' });
      expect(response.status).toBe(422);
      expect(response.headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        'cache-control': 'no-store',
      });
      expect(response.headers).not.toHaveProperty('retry-after');
      expect(response.body).toStrictEqual({
        type: 'urn:toxicity-guard:problem:toxic-content',
        title: 'Content refused',
        status: 422,
        detail: '1 text was refused as toxic.',
        code: 'TOXIC_CONTENT',
        errors: [{ detail: 'Judged toxic.', in: 'body', pointer: '#/comment', labels: ['toxic'] }],
      });
      expect(JSON.stringify(response.headers) + response.text).not.toContain('REFUSE');
    });

    it('a flagged comment, which passes with its mark', async () => {
      const { status, body } = await post(serve()).send({ comment: 'RUDE' });
      expect(status).toBe(201);
      expect(body.toxicity).toMatchObject({
        action: 'flag',
        findings: [{ pointer: '/comment', labels: ['toxic'] }],
      });
    });

    it.each<[string, (app: Express) => request.Test, string]>([
      ['a form', (app) => post(app).type('form').send('post[comment]=REFUSE'), '#/post/comment'],
      ['a text', (app) => post(app).type('text').send('REFUSE'), '#'],
      ['an array', (app) => post(app).send(['fine', 'REFUSE']), '#/1'],
      [
        'no method in particular',
        (app) =>
          request(app)
            .patch('/comments')
            .send({ a: { 'b/c': 'REFUSE' } }),
        '#/a/b~1c',
      ],
      [
        'a body where a secret has an object',
        (app) => post(app).send({ token: { comment: 'REFUSE' } }),
        '#/token/comment',
      ],
    ])('%s', async (_name, send, pointer) => {
      const { status, body } = await send(serve());
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ pointer }]);
    });

    it('JSON that is no object', async () => {
      const app = serve({}, express.json({ strict: false }));
      expect((await post(app).type('json').send('"REFUSE"')).status).toBe(422);
      for (const json of ['null', '7', 'true', '"fine"', '[]']) {
        expect((await post(app).type('json').send(json)).status).toBe(201);
      }
    });

    it('a body nested 10,000 deep', async () => {
      const deep = (text: string) => `${'['.repeat(10_000)}"${text}"${']'.repeat(10_000)}`;
      const app = express();
      app.use(express.json(), toxicityGuard({ classifier: wordClassifier() }));
      app.post('/comments', (_req, res) => void res.sendStatus(201));
      expect((await post(app).type('json').send(deep('fine'))).status).toBe(201);
      const refused = await post(app).type('json').send(deep('REFUSE'));
      expect(refused.status).toBe(422);
      expect(refused.body.errors[0].pointer.length).toBeLessThan(300);
    });

    it('query, params and headers where they are chosen', async () => {
      const app = express();
      const guard = toxicityGuard({
        classifier: wordClassifier(),
        fields: { query: ['/q'], params: true, headers: ['/x-note'] },
      });
      app.get('/users/:name', guard, echo);
      expect((await request(app).get('/users/REFUSE')).body.errors).toMatchObject([
        { in: 'params', pointer: '#/name' },
      ]);
      expect((await request(app).get('/users/x?q=REFUSE&z=1')).body.errors).toMatchObject([
        { in: 'query', pointer: '#/q' },
      ]);
      expect((await request(app).get('/users/x').set('X-Note', 'REFUSE')).body.errors).toMatchObject([
        { in: 'headers' },
      ]);
      expect((await request(app).get('/users/x?z=REFUSE')).status).toBe(201);
    });

    it('many at a time, kept apart', async () => {
      const app = serve({
        classifier: wordClassifier(() => new Promise((resolve) => setTimeout(resolve, Math.random() * 5))),
      });
      const server = app.listen(0);
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_each, index) =>
          post(server as unknown as Express).send({ comment: `${index % 2 ? 'REFUSE' : 'fine'} ${index}` }),
        ),
      );
      server.close();
      for (const [index, { status, body }] of answers.entries()) {
        expect(status).toBe(index % 2 ? 422 : 201);
        if (status === 201) expect(body.body.comment).toBe(`fine ${index}`);
      }
    });
  });

  describe('leaves alone', () => {
    it.each(['get', 'head', 'options', 'delete', 'post'] as const)('a %s without a body', async (method) => {
      const onDecision = vi.fn();
      const response = await request(serve({ onDecision }))[method]('/comments?q=REFUSE');
      expect(response.status).toBe(201);
      expect(response.body.toxicity ?? null).toBeNull();
      expect(onDecision).not.toHaveBeenCalled();
    });

    it('a body without text', async () => {
      expect((await post(serve()).send({ n: 1 })).body).toEqual({ body: { n: 1 }, toxicity: null });
      expect((await post(serve()).send({})).body).toEqual({ body: {}, toxicity: null });
    });

    it("malformed JSON: express's own 400 stays", async () => {
      const { status, body } = await post(serve()).type('json').send('{"comment": "REFUSE');
      expect(status).toBe(400);
      expect(body.caught).toBe('SyntaxError');
    });

    it('everything in shadow', async () => {
      const onDecision = vi.fn();
      const { status, body } = await post(serve({ mode: 'shadow', onDecision })).send({ comment: 'REFUSE' });
      expect(status).toBe(201);
      expect(body.toxicity).toBeNull();
      expect(onDecision.mock.calls[0]?.[0]).toMatchObject({ action: 'reject', mode: 'shadow', status: null });
    });

    it('but marks in mode flag', async () => {
      const { status, body } = await post(serve({ mode: 'flag' })).send({ comment: 'REFUSE' });
      expect(status).toBe(201);
      expect(body.toxicity).toMatchObject({
        action: 'flag',
        findings: [{ action: 'reject' }],
        problem: null,
      });
    });

    it('what skip says', async () => {
      const app = serve({ skip: async (req) => req.get('x-trusted') === 'yes' });
      expect((await post(app).set('X-Trusted', 'yes').send({ comment: 'REFUSE' })).status).toBe(201);
      expect((await post(app).send({ comment: 'REFUSE' })).status).toBe(422);
    });
  });

  describe('mounted wrongly', () => {
    it.each([
      ['application/json', '{"comment":"REFUSE"}'],
      ['application/vnd.api+json', '{"comment":"REFUSE"}'],
      ['application/x-www-form-urlencoded', 'comment=REFUSE'],
      ['text/plain', 'REFUSE'],
    ])('before any parser, says so for %s', async (type, sent) => {
      const { status, body } = await post(serve({}, bare)).type(type).send(sent);
      expect(status).toBe(500);
      expect(body).toEqual({
        caught: 'BODY_NOT_PARSED',
        message:
          'No parser ran before the guard. Mount `app.use(express.json())`, or the parser of your bodies, before `app.use(toxicityGuard())`.',
      });
    });

    it('says so for a chunked body too', async () => {
      const app = serve({}, bare);
      const sent = post(app).type('json');
      sent.write('{"comment":');
      sent.write('"REFUSE"}');
      expect((await sent).status).toBe(500);
    });

    it('passes its error to an error handler, with what it needs', async () => {
      let caught: unknown;
      const app = express();
      app.use(toxicityGuard({ classifier: wordClassifier(), handler: () => expect.unreachable() }));
      app.use(((error, _req, res, _next) => {
        caught = error;
        res.sendStatus(error.status);
      }) satisfies ErrorRequestHandler);
      await post(app).send({ comment: 'REFUSE' });
      expect(caught).toMatchObject({
        name: 'ToxicityGuardError',
        code: 'BODY_NOT_PARSED',
        status: 500,
        statusCode: 500,
        expose: false,
      });
    });

    it('after a parser that did not take the type, the sender is told: it may be the sender who is wrong', async () => {
      const app = serve({}, express.json());
      const warnings = await warningsOf(async () => {
        const { status, body, headers } = await post(app).type('text').send('REFUSE');
        expect(status).toBe(415);
        expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
        expect(body).toMatchObject({ code: 'UNSUPPORTED_BODY', status: 415 });
        expect((await post(app).type('form').send('comment=REFUSE')).status).toBe(415);
      });
      expect(warnings).toHaveLength(2);
      expect((await post(app).send({ comment: 'fine' })).status).toBe(201);
    });

    it('before multer, warns once a guard and lets pass', async () => {
      const upload = multer();
      const app = express();
      app.use(toxicityGuard({ classifier: wordClassifier() }));
      app.post('/comments', upload.none(), echo);
      const warnings = await warningsOf(async () => {
        expect((await post(app).field('comment', 'REFUSE')).status).toBe(201);
        expect((await post(app).field('comment', 'REFUSE')).status).toBe(201);
      });
      expect(warnings).toEqual([
        expect.stringMatching(/An upload passed unjudged.*on the route, after multer/),
      ]);
    });

    it('after multer on the route is right', async () => {
      const app = express();
      app.post('/comments', multer().single('photo'), toxicityGuard({ classifier: wordClassifier() }), echo);
      const send = (comment: string) =>
        post(app).field('comment', comment).attach('photo', Buffer.from('REFUSE'), 'x.png');
      const warnings = await warningsOf(async () => {
        expect((await send('fine')).status).toBe(201);
        expect((await send('REFUSE')).body.errors).toMatchObject([{ pointer: '#/comment' }]);
      });
      expect(warnings).toEqual([]);
    });

    it('twice, judges once', async () => {
      const app = express();
      const classifier = wordClassifier();
      const guard = toxicityGuard({ classifier });
      app.use(express.json(), guard, guard);
      app.post('/comments', guard, echo);
      const { status, body } = await post(app).send({ comment: 'RUDE' });
      expect(status).toBe(201);
      expect(body.toxicity).toMatchObject({ action: 'flag' });
      expect(classifier.seen).toEqual(['RUDE']);
    });

    it('twice, judges again what a parser has read in between', async () => {
      const app = express();
      const guard = toxicityGuard({ classifier: wordClassifier() });
      app.use(guard);
      app.post('/comments', multer().none(), guard, echo);
      const warnings = await warningsOf(async () => {
        expect((await post(app).field('comment', 'REFUSE')).status).toBe(422);
      });
      expect(warnings).toHaveLength(1);
    });

    it('twice, judges again what a route has found in the path', async () => {
      const app = express();
      const guard = toxicityGuard({ classifier: wordClassifier(), fields: { params: ['/name'] } });
      app.use(express.json(), guard);
      app.post('/people/:name', guard, echo);
      expect((await request(app).post('/people/REFUSE').send({ comment: 'fine' })).status).toBe(422);
    });

    it('on a raw body of text, does not let it by', async () => {
      const app = serve({}, express.raw({ type: '*/*' }));
      expect((await post(app).send({ comment: 'REFUSE' })).body).toMatchObject({ caught: 'BODY_NOT_PARSED' });
      expect((await post(app).type('image/png').send(Buffer.from('REFUSE'))).status).toBe(201);
    });

    it('with a body that something else has read, warns', async () => {
      const reader: RequestHandler = (req, _res, next) => {
        req.resume();
        req.once('end', next);
      };
      const warnings = await warningsOf(async () => {
        expect((await post(serve({}, reader)).send({ comment: 'REFUSE' })).status).toBe(201);
      });
      expect(warnings).toEqual([expect.stringContaining('Give `fields` as a function')]);
    });

    it("takes the word of a parser that is not Express's", async () => {
      const own: RequestHandler = (req, _res, next) => {
        let text = '';
        req
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => {
            req.body = JSON.parse(text);
            next();
          });
      };
      expect((await post(serve({}, own)).send({ comment: 'REFUSE' })).status).toBe(422);
      expect((await post(serve({}, own)).send({})).status).toBe(201);
    });

    it('takes the word of a platform that read the body and marked it as parsed', async () => {
      const platform: RequestHandler = (req, _res, next) => {
        Object.assign(req, { body: {}, _body: true });
        next();
      };
      expect((await post(serve({}, platform)).send({})).status).toBe(201);
    });

    it('without the call, says so', async () => {
      const app = express();
      app.use(toxicityGuard as unknown as RequestHandler);
      app.use(tell);
      const { status, body } = await post(app).send({});
      expect(status).toBe(500);
      expect(body.message).toBe(
        'Expected `options` to be an object of options, got a request: write `app.use(toxicityGuard())`, with the call',
      );
    });
  });

  describe('a fault', () => {
    const broken = () => wordClassifier(() => Promise.reject(new Error('REFUSE')));

    it('refuses with 503 and when to come back', async () => {
      const response = await post(serve({ classifier: broken() })).send({ comment: 'fine' });
      expect(response.status).toBe(503);
      expect(response.headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' });
      expect(response.body).toMatchObject({
        type: 'urn:toxicity-guard:problem:unavailable',
        code: 'CLASSIFIER_FAILED',
      });
      expect(response.text).not.toContain('REFUSE');
    });

    it('passes and is marked where failure is open', async () => {
      const { status, body } = await post(serve({ classifier: broken(), failure: 'open' })).send({
        comment: 'fine',
      });
      expect(status).toBe(201);
      expect(body.toxicity).toMatchObject({ action: 'unavailable', error: { code: 'CLASSIFIER_FAILED' } });
    });

    it('of too much text is 413 also where failure is open', async () => {
      const app = serve({ maxTextLength: 10, failure: 'open' });
      expect((await post(app).send({ comment: 'a'.repeat(11) })).body).toMatchObject({
        code: 'TEXT_TOO_LONG',
        status: 413,
      });
    });

    it('of a function of the site goes to the error handler', async () => {
      const app = serve({
        fields: ({ body }) => [
          { pointer: '/comment', text: (body as { comment: { trim(): string } }).comment.trim() },
        ],
        failure: 'open',
      });
      expect((await post(app).send({ comment: 'REFUSE' })).status).toBe(422);
      expect((await post(app).send({ other: 'REFUSE' })).body).toMatchObject({
        caught: 'FIELDS_FAILED',
        message: expect.stringMatching(/^The `fields` function threw TypeError at /),
      });
    });
  });

  describe('a handler', () => {
    it('answers in its own way, and finds the decision on the request too', async () => {
      const app = serve({
        async handler(decision, req, res) {
          await Promise.resolve();
          res.status(400).json({ action: decision.action, same: req.toxicity === decision });
        },
      });
      const { status, body } = await post(app).send({ comment: 'REFUSE' });
      expect([status, body]).toEqual([400, { action: 'reject', same: true }]);
    });

    it('may let pass', async () => {
      const app = serve({ handler: (_decision, _req, _res, next) => next() });
      expect((await post(app).send({ comment: 'REFUSE' })).body.toxicity).toMatchObject({ action: 'reject' });
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
      const { body } = await post(serve({ handler })).send({ comment: 'REFUSE' });
      expect(body).toEqual({ caught: 'RangeError', message: 'from the handler' });
    });

    it('skip that throws or rejects does too', async () => {
      const failing = [
        () => {
          throw new RangeError('x');
        },
        () => Promise.reject(new RangeError('x')),
      ];
      for (const skip of failing)
        expect((await post(serve({ skip })).send({ comment: 'fine' })).body.caught).toBe('RangeError');
    });
  });

  describe('two guards', () => {
    it('each judge, and the graver mark stays', async () => {
      const app = express();
      app.use(express.json(), toxicityGuard({ classifier: wordClassifier(), mode: 'flag' }));
      app.post('/comments', toxicityGuard({ classifier: wordClassifier(), fields: ['/title'] }), echo);
      expect((await post(app).send({ title: 'fine', comment: 'REFUSE' })).body.toxicity).toMatchObject({
        action: 'flag',
      });
      expect((await post(app).send({ title: 'REFUSE', comment: 'fine' })).status).toBe(422);
      expect((await post(app).send({ title: 'fine', comment: 'fine' })).body.toxicity).toMatchObject({
        action: 'allow',
      });
    });

    it('know the route they sit on', async () => {
      const routes: (string | undefined)[] = [];
      const guard = toxicityGuard({
        classifier: wordClassifier(),
        onDecision: (_decision, { route }) => routes.push(route),
      });
      const router = express.Router();
      router.post('/:id/comments', guard, echo);
      const app = express();
      app.use(express.json(), guard);
      app.use('/posts', router);
      await request(app).post('/posts/7/comments').send({ comment: 'fine' });
      expect(routes).toEqual([undefined, 'POST /posts/:id/comments']);
    });
  });

  describe('a client that has gone', () => {
    async function abandon(
      options: ToxicityGuardOptions,
    ): Promise<{ handled: number; errors: number; refused: number; decision: Decision }> {
      const seen = { handled: 0, errors: 0, refused: 0 };
      const decided = deferred<Decision>();
      const started = deferred<AbortSignal | undefined>();
      const classifier = wordClassifier((_text, signal) => {
        started.resolve(signal);
        return new Promise(() => undefined);
      });
      const app = express();
      app.use(
        express.json(),
        toxicityGuard({
          classifier,
          deadlineMs: 20_000,
          onDecision: decided.resolve,
          handler: () => seen.refused++,
          ...options,
        }),
      );
      app.post('/comments', (_req, res) => {
        seen.handled++;
        res.end();
      });
      app.use(((_error, _req, _res, _next) => {
        seen.errors++;
      }) satisfies ErrorRequestHandler);
      const sent = post(app).send({ comment: 'fine' });
      sent.end(() => undefined);
      const signal = await started.promise;
      sent.abort();
      const decision = await decided.promise;
      expect(signal?.aborted).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { ...seen, decision };
    }

    it.each(['closed', 'open'] as const)(
      'is judged no further, answered nothing and handled nothing (%s)',
      async (failure) => {
        expect(await abandon({ failure })).toMatchObject({
          handled: 0,
          errors: 0,
          refused: 0,
          decision: { error: { code: 'ABORTED' } },
        });
      },
    );

    it('is handled all the same in shadow, which changes nothing', async () => {
      expect(await abandon({ mode: 'shadow' })).toMatchObject({ handled: 1, errors: 0 });
    });
  });

  it('does not answer where somebody has', async () => {
    const app = express();
    app.use(express.json());
    app.use((_req, res, next) => {
      res.status(202).end('early');
      next();
    });
    const refused = vi.fn();
    const errors = vi.fn();
    app.use(toxicityGuard({ classifier: wordClassifier(), handler: refused }));
    app.use(((error, _req, _res, _next) => errors(error)) satisfies ErrorRequestHandler);
    const { status, text } = await post(app).send({ comment: 'REFUSE' });
    expect([status, text]).toEqual([202, 'early']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(refused).not.toHaveBeenCalled();
    expect(errors).not.toHaveBeenCalled();
  });
});

describe('toxicityGuard', () => {
  it.each<[object, string]>([
    [
      { treshold: 1 },
      'Expected `options` to have only known keys, got `treshold`. Did you mean `thresholds`?',
    ],
    [{ skp: () => true }, 'Expected `options` to have only known keys, got `skp`. Did you mean `skip`?'],
    [{ handler: 422 }, 'Expected `handler` to be a function, got `422` (number)'],
    [{ skip: true }, 'Expected `skip` to be a function, got `true` (boolean)'],
    [{ mode: 'block' }, "Expected `mode` to be 'reject', 'flag' or 'shadow', got `\"block\"` (string)"],
  ])('throws at construction for %o', (options, message) => {
    expect(() => toxicityGuard(options)).toThrow(TypeError);
    expect(() => toxicityGuard(options)).toThrow(message);
  });

  it('can be made ready and closed', async () => {
    const classifier = wordClassifier();
    const guard = toxicityGuard({ classifier });
    expect(await guard.ready()).toMatchObject({ id: 'words-1' });
    await guard.close();
    await guard.close();
    expect(classifier.closed).toBe(false);
    await expect(guard.ready()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('is typed for Express', () => {
    expectTypeOf(toxicityGuard()).toExtend<RequestHandler>();
    expectTypeOf<Express.Request['toxicity']>().toEqualTypeOf<Decision | undefined>();
    // @ts-expect-error an unknown option
    expect(() => toxicityGuard({ treshold: 0.5 })).toThrow(TypeError);
  });
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
