import type { ExecutionContext } from '@nestjs/common';
import type { Decision } from '@toxicity-guard/core';

const VERDICT = Symbol.for('toxicity-guard.verdict');

/** What a guard left for the handler of a call. */
export function verdictOf(context: ExecutionContext): Decision | undefined {
  if (context.getType() === 'http') return requestOf(context).toxicity;
  return context.getArgs<unknown[]>().find(isVerdict)?.[VERDICT];
}

/** Leaves a decision for the handler of a call: over HTTP as `request.toxicity`, elsewhere among its arguments. */
export function leaveVerdict(context: ExecutionContext, decision: Decision): void {
  if (context.getType() === 'http') {
    requestOf(context).toxicity = decision;
    return;
  }
  // A message that is a bare string has nothing of its own to carry a mark, and its client sends many at a time.
  const args = context.getArgs<unknown[]>();
  const at = args.findIndex(isVerdict);
  // Behind what Nest looks for by its index, but before the pattern of a WebSocket message: Nest takes the last one.
  if (at < 0) args.splice(context.getType() === 'ws' ? -1 : args.length, 0, { [VERDICT]: decision });
  else args[at] = { [VERDICT]: decision };
}

function requestOf(context: ExecutionContext): { toxicity?: Decision } {
  return context.switchToHttp().getRequest();
}

function isVerdict(argument: unknown): argument is { readonly [VERDICT]: Decision } {
  return typeof argument === 'object' && argument !== null && Object.hasOwn(argument, VERDICT);
}
