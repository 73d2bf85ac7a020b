import multipart from '@fastify/multipart';
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Decision } from '@toxicity-guard/core';
import { afterEach, describe, expect, it } from 'vitest';
import { warningsOf } from '../../../test/warnings-of.js';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import { type Answer, ask, closeAll, listen, type Platform } from './apps.js';
import { commentsServer, loadHttpCases } from './comments.js';

const cases = await loadHttpCases();

afterEach(closeAll);

const on = (platform: Platform) => cases.filter((kase) => kase.platform === platform);

describe.each(on('Express'))('$name', (kase) => {
  const { platform, nest, guard } = kase;
  const { Body, Controller, Post, UploadedFile, UseInterceptors } = nest.common;
  const { FileInterceptor } = nest.express;
  const { RejectToxic, Toxicity, ToxicityGuard, ToxicityModule } = guard;
  const serve = commentsServer(kase);

  describe('a body that nothing has parsed', () => {
    it('is refused, and the log says what is missing', async () => {
      const { post, log } = await serve({}, {}, { bodyParser: false });
      const { status, text } = await post('/comments', { comment: 'REFUSE' });
      expect([status, text]).toEqual([500, '{"statusCode":500,"message":"Internal server error"}']);
      expect(log()).toContain('No parser ran before the guard. Let Nest parse it');
      expect(log()).not.toContain('REFUSE');
    });

    it('of a type that no parser takes is answered 415, and judged once one does', async () => {
      const text = { 'Content-Type': 'text/plain' };
      const warnings = await warningsOf(async () => {
        const { post } = await serve();
        const { status, json } = await post('/comments', 'REFUSE', text);
        expect([status, json.code]).toEqual([415, 'UNSUPPORTED_BODY']);
      });
      expect(warnings).toEqual([expect.stringContaining("app.useBodyParser('text')")]);
      const { post } = await serve(
        {},
        {},
        {
          before: (app) => (app as NestExpressApplication).useBodyParser('text'),
        },
      );
      expect((await post('/comments', 'REFUSE', text)).status).toBe(422);
    });
  });

  describe('an upload', () => {
    it('is judged after the interceptor that parses it', async () => {
      const classifier = wordClassifier();
      @Controller()
      class Posts {
        @Post('comments')
        @RejectToxic({ after: FileInterceptor('photo') })
        create(
          @Body() body: unknown,
          @UploadedFile() photo: { size: number },
          @Toxicity() toxicity: Decision | null,
        ) {
          return { body, size: photo.size, toxicity };
        }
      }
      const imports = [ToxicityModule.forRoot({ classifier })];
      const { url, log } = await listen(nest, platform, {
        imports,
        controllers: [Posts],
        // A guard of the application leaves it to the interceptor as well.
        providers: [{ provide: nest.core.APP_GUARD, useClass: ToxicityGuard }],
      });
      const warnings = await warningsOf(async () => {
        const passed = await send(url, 'RUDE');
        expect(passed.status).toBe(201);
        expect(passed.json).toMatchObject({
          body: { comment: 'RUDE' },
          size: 6,
          toxicity: { action: 'flag' },
        });
        const refused = await send(url, 'REFUSE');
        expect(refused.status).toBe(422);
        expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
        expect(refused.json.errors).toMatchObject([{ pointer: '#/comment' }]);
      });
      expect(warnings).toEqual([]);
      expect(classifier.seen).toEqual(['RUDE', 'REFUSE']);
      expect(log()).not.toContain('REFUSE');
    });

    it('waits for no interceptor where the decorator of the handler does not', async () => {
      const classifier = wordClassifier();
      @Controller()
      @RejectToxic({ after: FileInterceptor('photo') })
      class Posts {
        @Post('comments')
        @RejectToxic({ fields: ['/comment'] })
        create() {}
      }
      const imports = [ToxicityModule.forRoot({ classifier })];
      const { post } = await listen(nest, platform, { imports, controllers: [Posts] });
      expect((await post('/comments', { comment: 'fine' })).status).toBe(201);
      expect(classifier.seen).toEqual(['fine']);
    });

    it('that is parsed after the guard passes with a warning that names the way', async () => {
      @Controller()
      class Posts {
        @Post('comments')
        @RejectToxic()
        @UseInterceptors(FileInterceptor('photo'))
        create(@Body() body: unknown) {
          return { body };
        }
      }
      const imports = [ToxicityModule.forRoot({ classifier: wordClassifier() })];
      const { url } = await listen(nest, platform, { imports, controllers: [Posts] });
      const warnings = await warningsOf(async () => expect((await send(url, 'REFUSE')).status).toBe(201));
      expect(warnings).toEqual([
        expect.stringMatching(/An upload passed unjudged.*@RejectToxic\(\{ after: FileInterceptor/),
      ]);
    });
  });
});

describe.each(on('Fastify'))('$name', (kase) => {
  const serve = commentsServer(kase);

  it('leaves a body that no parser takes to Fastify, and judges those that it parses', async () => {
    const { post } = await serve();
    expect((await post('/comments', '<a>REFUSE</a>', { 'Content-Type': 'application/xml' })).status).toBe(
      415,
    );
    expect((await post('/comments', 'REFUSE', { 'Content-Type': 'text/plain' })).status).toBe(422);
  });

  describe('an upload', () => {
    const registering = (options: object) => ({
      before: (app: INestApplication) => (app as NestFastifyApplication).register(multipart, options),
    });

    it('that @fastify/multipart has read is judged', async () => {
      const { url } = await serve({}, {}, registering({ attachFieldsToBody: 'keyValues' }));
      expect((await send(url, 'RUDE')).json.toxicity).toMatchObject({ action: 'flag' });
      expect((await send(url, 'REFUSE')).json.errors).toMatchObject([{ pointer: '#/comment' }]);
    });

    it('that waits for its handler passes with a warning that names the way', async () => {
      const { url } = await serve({}, {}, registering({}));
      const warnings = await warningsOf(async () => expect((await send(url, 'REFUSE')).status).toBe(201));
      expect(warnings).toEqual([expect.stringMatching(/An upload passed unjudged.*attachFieldsToBody/)]);
    });
  });
});

/** Sends a form with a text and a file. */
function send(url: string, comment: string): Promise<Answer> {
  const body = new FormData();
  body.set('comment', comment);
  body.set('photo', new Blob(['REFUSE'], { type: 'image/png' }), 'x.png');
  return ask(`${url}/comments`, { method: 'POST', body });
}
