import type { Decision } from '@toxicity-guard/core';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import type { RouteToxicityOptions, ToxicityModuleOptions } from '../src/index.js';
import { listen, PLATFORMS, type Plan, type Platform, type Running } from './apps.js';
import { loadMajors, type Major } from './majors.js';

/** A major of Nest on one of its platforms. */
export interface HttpCase extends Major {
  readonly name: string;
  readonly platform: Platform;
}

/** Both majors on both platforms. For `describe.each`. */
export async function loadHttpCases(): Promise<HttpCase[]> {
  return (await loadMajors()).flatMap(([name, major]) =>
    PLATFORMS.map((platform) => ({ name: `${name} on ${platform}`, platform, ...major })),
  );
}

/** What a handler answers: what it got, and what the guard left for it in both places. */
export function echo(
  body: unknown,
  toxicity: Decision | null,
  request: { readonly toxicity?: Decision },
): object {
  return { body, toxicity, onRequest: request.toxicity ?? null };
}

/** Makes what starts an application of one route, `POST /comments`, that has `@RejectToxic(route)` and echoes. */
export function commentsServer({ platform, nest, guard }: HttpCase) {
  const { Body, Controller, Post, Req } = nest.common;
  const { RejectToxic, Toxicity, ToxicityModule } = guard;
  return (
    options: ToxicityModuleOptions = {},
    route: RouteToxicityOptions = {},
    plan: Plan = {},
  ): Promise<Running> => {
    @Controller()
    class Comments {
      @Post('comments')
      @RejectToxic(route)
      create(@Body() body: unknown, @Toxicity() toxicity: Decision | null, @Req() request: object) {
        return echo(body, toxicity, request);
      }
    }
    const imports = [ToxicityModule.forRoot({ classifier: wordClassifier(), ...options })];
    return listen(nest, platform, { imports, controllers: [Comments] }, plan);
  };
}
