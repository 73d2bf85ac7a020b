import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import { warningsOf } from '../../../test/warnings-of.js';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import { type ToxicityGuardOptions, toxicityGuard } from '../src/index.js';
import { type Ask, bare, echo, form, guarded, listen, type Sent, versions } from './apps.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const png = new Blob(['REFUSE'], { type: 'image/png' });

describe.each(versions)('%s', (_, create) => {
  describe('judges', () => {
    it.each<[string, Sent, string]>([
      ['a form', new URLSearchParams({ 'post[comment]': 'REFUSE' }), '#/post%5Bcomment%5D'],
      ['a text', 'REFUSE', '#'],
      ['an array', ['fine', 'REFUSE'], '#/1'],
      ['an object in an object', { a: { 'b/c': 'REFUSE' } }, '#/a/b~1c'],
    ])('%s', async (_name, sent, pointer) => {
      const app = guarded(create);
      app.register(formbody);
      const { status, body } = await (await listen(app))('POST', '/comments', sent);
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ pointer }]);
    });

    it('JSON that is no object', async () => {
      const ask = await listen(guarded(create));
      expect((await ask('POST', '/comments', '"REFUSE"', JSON_TYPE)).status).toBe(422);
      for (const json of ['null', '7', 'true', '"fine"', '[]']) {
        expect((await ask('POST', '/comments', json, JSON_TYPE)).status).toBe(201);
      }
    });

    it('a body that comes in pieces', async () => {
      const ask = await listen(guarded(create));
      const chunked = { ...JSON_TYPE, 'transfer-encoding': 'chunked' };
      expect((await ask('POST', '/comments', { comment: 'REFUSE' }, chunked)).status).toBe(422);
    });
  });

  describe('leaves to Fastify', () => {
    it.each<[string, Sent, Record<string, string>?]>([
      ['a form without a parser', new URLSearchParams({ comment: 'REFUSE' })],
      ['a multipart form without a parser', form({ comment: 'REFUSE' })],
      ['a type that nobody knows', '<p>REFUSE</p>', { 'content-type': 'application/xml' }],
      ['a type that is none', '{"comment":"REFUSE"}', { 'content-type': 'nonsense' }],
    ])('%s, which is its own 415', async (_name, sent, headers) => {
      const onDecision = vi.fn();
      const ask = await listen(guarded(create, { onDecision }));
      const { status, body } = await ask('POST', '/comments', sent, headers);
      expect(status).toBe(415);
      expect(body.caught).toMatch(/^FST_ERR_CTP_INVALID_(MEDIA|CONTENT)_?TYPE$/);
      expect(onDecision).not.toHaveBeenCalled();
    });

    it('the body of a GET, which it does not read', async () => {
      const app = bare(create);
      app.register(toxicityGuard, { classifier: wordClassifier() });
      app.get('/comments', echo);
      const { status, body } = await (await listen(app))('GET', '/comments', { comment: 'REFUSE' });
      expect([status, body]).toEqual([201, { toxicity: null }]);
    });
  });

  describe.each([true, 'keyValues'] as const)('a multipart form, with `attachFieldsToBody: %s`', (attach) => {
    const withParts = (
      options: ToxicityGuardOptions = {},
      handle: (request: FastifyRequest) => unknown = () => ({}),
    ): FastifyInstance => {
      const app = bare(create);
      app.register(multipart, { attachFieldsToBody: attach });
      app.register(toxicityGuard, { classifier: wordClassifier(), ...options });
      app.post('/comments', async (request) => handle(request));
      return app;
    };
    const post = async (app: FastifyInstance, sent: Sent, headers?: Record<string, string>) =>
      (await listen(app))('POST', '/comments', sent, headers);

    it('is judged by the names of its fields', async () => {
      const classifier = wordClassifier();
      const sent = form({
        title: 'a title',
        comment: 'REFUSE',
        tag: ['fine', 'RUDE'],
        password: 'a secret',
        email: 'somebody@site.test',
      });
      const { status, body } = await post(withParts({ classifier }), sent);
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ in: 'body', pointer: '#/comment' }]);
      expect(classifier.seen).toEqual(['a title', 'REFUSE', 'fine', 'RUDE']);
    });

    it('is judged in one of several fields of a name', async () => {
      const { body } = await post(withParts(), form({ tag: ['fine', 'REFUSE'] }));
      expect(body.errors).toMatchObject([{ pointer: '#/tag/1' }]);
    });

    it('is judged where `fields` says', async () => {
      const classifier = wordClassifier();
      const sent = form({ title: 'REFUSE', comment: 'fine' });
      expect((await post(withParts({ classifier, fields: ['/comment'] }), sent)).status).toBe(200);
      expect(classifier.seen).toEqual(['fine']);
    });

    it('has files that are not judged, by name or content', async () => {
      const classifier = wordClassifier();
      const sent = form({ comment: 'fine', photo: new File([png], 'REFUSE.png', { type: 'image/png' }) });
      const warnings = await warningsOf(async () => {
        expect((await post(withParts({ classifier }), sent)).status).toBe(200);
      });
      expect(classifier.seen).toEqual(['fine']);
      expect(warnings).toEqual([]);
    });

    it('hides nothing in JSON that looks like a part', async () => {
      const json = '{"type":"file","fieldname":"x","fields":{},"comment":"REFUSE"}';
      const sent = [
        '--edge',
        'Content-Disposition: form-data; name="data"',
        'Content-Type: application/json',
        '',
        json,
        '--edge--',
        '',
      ].join('\r\n');
      const headers = { 'content-type': 'multipart/form-data; boundary=edge' };
      const { status, body } = await post(withParts(), sent, headers);
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ pointer: '#/data/comment' }]);
    });

    it('reaches its handler as it was', async () => {
      const handle = vi.fn(({ body }: FastifyRequest) => Object.keys(body as object));
      const { status, text } = await post(withParts({}, handle), form({ comment: 'fine', photo: png }));
      expect([status, text]).toEqual([200, '["comment","photo"]']);
      const part = expect.objectContaining({ type: 'field', fieldname: 'comment', value: 'fine' });
      expect(handle.mock.lastCall?.[0].body).toMatchObject({ comment: attach === true ? part : 'fine' });
    });

    it('is judged in preValidation where its parser was registered before', async () => {
      expect((await post(withParts({ hook: 'preValidation' }), form({ comment: 'REFUSE' }))).status).toBe(
        422,
      );
    });

    it('passes with a warning where its parser was registered after, in preValidation', async () => {
      const app = guarded(create, { hook: 'preValidation' });
      app.register(multipart, { attachFieldsToBody: attach });
      app.post('/uploads', async () => 'taken');
      const ask = await listen(app);
      const warnings = await warningsOf(async () => {
        for (const _ of [1, 2]) {
          expect((await ask('POST', '/uploads', form({ comment: 'REFUSE' }))).text).toBe('taken');
        }
      });
      expect(warnings).toEqual([expect.stringMatching(/^An upload passed unjudged.*attachFieldsToBody/)]);
    });
  });

  it('warns once of a multipart form that its route reads by itself', async () => {
    const app = bare(create);
    app.register(multipart);
    app.register(toxicityGuard, { classifier: wordClassifier() });
    app.post('/comments', async (request) => {
      const names: string[] = [];
      for await (const part of request.parts()) names.push(part.fieldname);
      return names;
    });
    const ask = await listen(app);
    const warnings = await warningsOf(async () => {
      for (const _ of [1, 2]) {
        const { status, text } = await ask('POST', '/comments', form({ comment: 'REFUSE' }));
        expect([status, text]).toEqual([200, '["comment"]']);
      }
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^An upload passed unjudged.*`@fastify\/multipart` with `attachFieldsToBody/),
    ]);
  });

  describe('a parser of yours', () => {
    const parsed = async (
      parse: (payload: FastifyRequest['raw']) => unknown,
      fields?: ToxicityGuardOptions,
    ) => {
      const app = guarded(create, fields);
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', async (_request: FastifyRequest, payload: FastifyRequest['raw']) =>
        parse(payload),
      );
      app.post('/uploads', async () => 'taken');
      return await listen(app);
    };
    const read = async (payload: FastifyRequest['raw']): Promise<Buffer> =>
      Buffer.concat(await payload.toArray());
    const post = (ask: Ask) => ask('POST', '/comments', '{"comment":"REFUSE"}', JSON_TYPE);
    const hint = 'Register a parser that gives an object or a string, such as `@fastify/formbody` for forms.';

    it('is believed', async () => {
      expect(
        (await post(await parsed(async (payload) => JSON.parse(String(await read(payload)))))).status,
      ).toBe(422);
      expect((await post(await parsed(() => ({})))).status).toBe(201);
    });

    it.each<[string, (payload: FastifyRequest['raw']) => unknown]>([
      ['bytes', read],
      ['the stream', (payload) => payload],
    ])('that gives %s of what holds text, does not let it by', async (_name, parse) => {
      const ask = await parsed(parse);
      const { status, body } = await post(ask);
      expect(status).toBe(500);
      expect(body).toEqual({
        caught: 'BODY_NOT_PARSED',
        message: `The body is raw bytes, though it holds text (JSON). ${hint}`,
      });
      const image = await ask('POST', '/uploads', '{"comment":"REFUSE"}', { 'content-type': 'image/png' });
      expect(image.text).toBe('taken');
    });

    it('that leaves the body to the route, does not let it by', async () => {
      const { status, body } = await post(await parsed(() => undefined));
      expect(status).toBe(500);
      expect(body.message).toBe(`No parser ran before the guard. ${hint}`);
    });

    it('that reads the body and gives nothing, is warned of', async () => {
      const ask = await parsed(async (payload) => void (await read(payload)));
      const warnings = await warningsOf(async () => {
        expect((await post(ask)).status).toBe(201);
      });
      expect(warnings).toEqual([expect.stringContaining('Give `fields` as a function')]);
    });

    it('needs no words for a function of the site', async () => {
      const fields: ToxicityGuardOptions['fields'] = ({ body }) => [{ pointer: '', text: String(body) }];
      const ask = await parsed(read, { fields });
      expect((await post(ask)).body.errors).toMatchObject([{ pointer: '#' }]);
    });
  });
});
