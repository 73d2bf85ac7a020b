import type { ExecutionContext, INestApplication } from '@nestjs/common';
import type { Decision } from '@toxicity-guard/core';
import { afterEach, describe, expect, it } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import { closeAll, listen } from './apps.js';
import { commentsServer, loadHttpCases } from './comments.js';

const cases = await loadHttpCases();

afterEach(closeAll);

describe.each(cases)('$name', (kase) => {
  const { platform, nest, guard } = kase;
  const { Catch, Controller, Post, UseFilters } = nest.common;
  const { APP_FILTER, APP_GUARD, BaseExceptionFilter } = nest.core;
  const { RejectToxic, Toxicity, ToxicityException, ToxicityGuard, ToxicityModule } = guard;
  const serve = commentsServer(kase);

  describe('a filter of the site', () => {
    @Catch(ToxicityException)
    class Own {
      catch({ problem }: InstanceType<typeof ToxicityException>, host: ExecutionContext) {
        host.switchToHttp().getResponse().status(400).send({ own: problem.code });
      }
    }
    @Controller()
    class Comments {
      @Post('comments')
      @RejectToxic()
      create() {}
    }
    @Controller()
    @UseFilters(Own)
    class Filtered extends Comments {}

    it.each([
      ['@UseFilters()', { controllers: [Filtered] }, undefined],
      [
        'APP_FILTER',
        { controllers: [Comments], providers: [{ provide: APP_FILTER, useClass: Own }] },
        undefined,
      ],
      [
        'useGlobalFilters()',
        { controllers: [Comments] },
        (app: INestApplication) => app.useGlobalFilters(new Own()),
      ],
    ])('answers in its own way, bound by %s', async (_how, metadata, before) => {
      const imports = [ToxicityModule.forRoot({ classifier: wordClassifier() })];
      const { post } = await listen(nest, platform, { imports, ...metadata }, { ...(before && { before }) });
      const { status, headers, json } = await post('/comments', { comment: 'REFUSE' });
      expect([status, json]).toEqual([400, { own: 'TOXIC_CONTENT' }]);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
    });

    it('that knows only exceptions of Nest gets the problem, and the headers stay', async () => {
      @Catch()
      class All extends BaseExceptionFilter {}
      const broken = wordClassifier(() => Promise.reject(new Error('x')));
      const { post } = await serve(
        { classifier: broken },
        {},
        {
          before: (app) => app.useGlobalFilters(new All(app.getHttpAdapter())),
        },
      );
      const { status, headers, json } = await post('/comments', { comment: 'fine' });
      expect([status, json.code]).toEqual([503, 'CLASSIFIER_FAILED']);
      expect([headers.get('retry-after'), headers.get('cache-control')]).toEqual(['10', 'no-store']);
    });
  });

  it('a guard of the site overrides a step', async () => {
    class Lenient extends ToxicityGuard {
      protected override async refuse(): Promise<void> {}
    }
    @Controller()
    class Comments {
      @Post('comments')
      @RejectToxic()
      create(@Toxicity() toxicity: Decision | null) {
        return { toxicity };
      }
    }
    const imports = [ToxicityModule.forRoot({ classifier: wordClassifier() })];
    const providers = [{ provide: APP_GUARD, useClass: Lenient }];
    const { post } = await listen(nest, platform, { imports, providers, controllers: [Comments] });
    const { status, json } = await post('/comments', { comment: 'REFUSE' });
    expect(status).toBe(201);
    expect(json.toxicity).toMatchObject({ action: 'reject', problem: { status: 422 } });
  });
});
