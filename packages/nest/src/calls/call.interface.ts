import type { EventEmitter } from 'node:events';
import type { Decision, GuardRequest, Problem } from '@toxicity-guard/core';

/** A call of a handler, whatever brought it. */
export interface Call {
  /** As core takes it. */
  readonly request: GuardRequest;
  /** Emits `close` when nobody waits for the answer any more, where the transport can tell. */
  readonly closing?: EventEmitter | undefined;
  /** What to throw, so that Nest answers with the problem. */
  exception(problem: Problem, decision: Decision): Error | Promise<Error>;
}
