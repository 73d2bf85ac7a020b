import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Decision, markOf, type Problem } from '@toxicity-guard/core';
import type { Call } from './calls/call.interface.js';
import { httpCall } from './calls/http.call.js';
import { graphqlCall, rpcCall, wsCall } from './calls/message.call.js';
import { leaveVerdict, verdictOf } from './calls/verdict.js';
import type { RouteToxicity } from './toxicity.options.js';
import { ToxicityService } from './toxicity.service.js';
import { TOXICITY_ROUTE } from './toxicity-route.key.js';

const CALLS: ReadonlyMap<string, (context: ExecutionContext) => Call> = new Map([
  ['http', httpCall],
  ['graphql', graphqlCall],
  ['ws', wsCall],
  ['rpc', rpcCall],
]);

// Nest gives all guards of a call one context. The decorators of a class and of its handler and the application
// may each bind a guard, and a call is judged once.
const seen = new WeakSet<ExecutionContext>();

/**
 * Judges the texts of a call before its handler runs: bodies over HTTP, arguments in GraphQL, data of WebSocket and
 * microservice messages. The decorators bind it; bind it yourself, with `APP_GUARD` or `@UseGuards()`, to judge
 * handlers without a decorator by the module's options. Each protected method may be overridden.
 */
@Injectable()
export class ToxicityGuard implements CanActivate {
  constructor(
    @Inject(ToxicityService) protected readonly toxicity: ToxicityService,
    @Inject(Reflector) protected readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (seen.has(context)) return true;
    seen.add(context);
    if (!this.isLate(context)) await this.check(context);
    return true;
  }

  /** Whether the call is judged after an interceptor, by the option `after`. */
  isLate(context: ExecutionContext): boolean {
    return (this.routeOf(context) || undefined)?.after !== undefined;
  }

  /** Judges a call, leaves the verdict for its handler, and throws the refusal. */
  async check(context: ExecutionContext): Promise<void> {
    const route = this.routeOf(context);
    if (route === false || (await this.shouldSkip(context, route))) return;
    const call = this.callOf(context);
    const decision = await this.judge(call, route);
    const mark = markOf(verdictOf(context), decision);
    if (mark !== undefined) leaveVerdict(context, mark);
    if (decision.problem !== null) await this.refuse(call, decision.problem, decision);
  }

  /** What the handler's decorator says, or its class's: `false` to judge nothing, `undefined` without a decorator. */
  protected routeOf(context: ExecutionContext): RouteToxicity | false | undefined {
    return this.reflector.getAllAndOverride(TOXICITY_ROUTE, [context.getHandler(), context.getClass()]);
  }

  protected async shouldSkip(context: ExecutionContext, route: RouteToxicity | undefined): Promise<boolean> {
    return (await this.toxicity.settingsOf(route).skip?.(context)) ?? false;
  }

  /** The one method that knows transports. */
  protected callOf(context: ExecutionContext): Call {
    const type = context.getType<string>();
    const call = CALLS.get(type);
    if (call !== undefined) return call(context);
    throw new Error(
      `ToxicityGuard knows no calls of type ${type}: put @SkipToxicity() on the handler, or override callOf().`,
    );
  }

  protected async judge(call: Call, route: RouteToxicity | undefined): Promise<Decision> {
    const gone = new AbortController();
    const abort = () => gone.abort();
    call.closing?.once('close', abort);
    try {
      return await this.toxicity.settingsOf(route).guard.judge(call.request, { signal: gone.signal });
    } finally {
      call.closing?.off('close', abort);
    }
  }

  /** Throws. Where it does not, the call goes on to its handler. */
  protected async refuse(call: Call, problem: Problem, decision: Decision): Promise<void> {
    throw await call.exception(problem, decision);
  }
}
