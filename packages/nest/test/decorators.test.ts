import type { ExecutionContext, INestApplication } from '@nestjs/common';
import type { Decision } from '@toxicity-guard/core';
import { afterEach, describe, expect, it } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import type { RouteToxicityOptions, ToxicityModuleOptions } from '../src/index.js';
import { ask, closeAll, listen, type Running } from './apps.js';
import { commentsServer, echo, loadHttpCases } from './comments.js';

const cases = await loadHttpCases();

afterEach(closeAll);

describe.each(cases)('$name', (kase) => {
  const { platform, nest, guard } = kase;
  const { Body, Controller, Post, Req } = nest.common;
  const { FlagToxic, RejectToxic, SkipToxicity, Toxicity, ToxicityGuard, ToxicityModule } = guard;
  const serve = commentsServer(kase);

  describe('a decorator', () => {
    function controllers() {
      @Controller('plain')
      class Plain {
        @Post('none')
        none(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
          return echo(body, toxicity, request);
        }
        @Post('flag')
        @FlagToxic()
        flag(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
          return echo(body, toxicity, request);
        }
        @Post('title')
        @RejectToxic({ fields: ['/title'] })
        title(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
          return echo(body, toxicity, request);
        }
      }
      @Controller('guarded')
      @RejectToxic({ fields: ['/comment'] })
      class Guarded {
        @Post('inherits')
        inherits(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
          return echo(body, toxicity, request);
        }
        @Post('flag')
        @FlagToxic()
        flag(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
          return echo(body, toxicity, request);
        }
        @Post('skip')
        @SkipToxicity()
        skip(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
          return echo(body, toxicity, request);
        }
      }
      @Controller('skipped')
      @SkipToxicity()
      class Skipped {
        @Post('inherits')
        inherits(@Body() body: unknown) {
          return { body };
        }
        @Post('reject')
        @RejectToxic()
        reject(@Body() body: unknown) {
          return { body };
        }
      }
      return [Plain, Guarded, Skipped];
    }
    const statuses = async ({ post }: Running, paths: readonly string[]) => {
      const found: Record<string, number> = {};
      for (const path of paths) found[path] = (await post(path, { comment: 'REFUSE' })).status;
      return found;
    };

    it('judges its handlers alone, and that of a handler wins over that of its class', async () => {
      const imports = [ToxicityModule.forRoot({ classifier: wordClassifier() })];
      const app = await listen(nest, platform, { imports, controllers: controllers() });
      const expected = {
        '/plain/none': 201,
        '/plain/flag': 201,
        '/plain/title': 201,
        '/guarded/inherits': 422,
        '/guarded/flag': 201,
        '/guarded/skip': 201,
        '/skipped/inherits': 201,
        '/skipped/reject': 422,
      };
      expect(await statuses(app, Object.keys(expected))).toEqual(expected);
      const toxicity = async (path: string) =>
        (await app.post(path, { title: 'x', comment: 'REFUSE' })).json.toxicity;
      expect(await toxicity('/plain/none')).toBeNull();
      expect(await toxicity('/guarded/skip')).toBeNull();
      expect(await toxicity('/plain/flag')).toMatchObject({ action: 'flag', mode: 'flag' });
      expect(await toxicity('/guarded/flag')).toMatchObject({ action: 'flag', mode: 'flag' });
      expect(await toxicity('/plain/title')).toMatchObject({ action: 'allow' });
    });

    it.each(['APP_GUARD', 'useGlobalGuards'])(
      'wins over a guard of the application by %s, and each judges once',
      async (how) => {
        const classifier = wordClassifier();
        const isProvided = how === 'APP_GUARD';
        const app = await listen(
          nest,
          platform,
          {
            imports: [ToxicityModule.forRoot({ classifier })],
            controllers: controllers(),
            providers: isProvided ? [{ provide: nest.core.APP_GUARD, useClass: ToxicityGuard }] : [],
          },
          {
            before: (app: INestApplication) =>
              void (isProvided || app.useGlobalGuards(app.get(ToxicityGuard))),
          },
        );
        const expected = {
          '/plain/none': 422,
          '/plain/flag': 201,
          '/plain/title': 201,
          '/guarded/inherits': 422,
          '/guarded/flag': 201,
          '/guarded/skip': 201,
          '/skipped/inherits': 201,
          '/skipped/reject': 422,
        };
        expect(await statuses(app, Object.keys(expected))).toEqual(expected);
        // All but the title, which was not sent, and those that are skipped.
        expect(classifier.seen).toHaveLength(5);
      },
    );

    it('has options laid over those of the module', async () => {
      const { post } = await serve(
        { thresholds: { reject: false }, maxTextLength: 5 },
        { thresholds: { reject: 0.5 } },
      );
      expect((await post('/comments', { comment: 'RUDE' })).status).toBe(422);
      expect((await post('/comments', { comment: 'RUDE, too' })).status).toBe(413);
    });

    it.each<[string, ToxicityModuleOptions, RouteToxicityOptions, number, number]>([
      ['of the module', { skip: isTrusted }, {}, 201, 422],
      ['of the decorator', {}, { skip: async (context) => isTrusted(context) }, 201, 422],
      ['of the decorator, over the module', { skip: () => true }, { skip: () => false }, 422, 422],
    ])('may skip calls: %s', async (_name, options, route, trusted, others) => {
      const { url } = await serve(options, route);
      const send = (headers: Record<string, string>) =>
        ask(`${url}/comments`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body: '{"comment":"REFUSE"}',
        });
      expect((await send({ 'X-Trusted': 'yes' })).status).toBe(trusted);
      expect((await send({})).status).toBe(others);
    });

    function isTrusted(context: ExecutionContext): boolean {
      return context.switchToHttp().getRequest().headers['x-trusted'] === 'yes';
    }
  });
});
