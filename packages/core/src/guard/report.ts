import { channel } from 'node:diagnostics_channel';
import { describe } from '../fault.js';
import type { Decision, GuardRequest } from './decision.js';

/** The name of the `node:diagnostics_channel` on which every judgement is told. */
export const DECISION_CHANNEL = 'toxicity-guard:decision';

/** What a subscriber of {@link DECISION_CHANNEL} gets. It never holds text. */
export interface DecisionMessage {
  readonly decision: Decision;
  /** From the call of `judge` to the decision, waiting included. */
  readonly durationMs: number;
  /** How many texts the request had; 0 where they could not be told. */
  readonly fields: number;
  readonly route: string | undefined;
}

/** Hears of every judgement. */
export type DecisionHook = (decision: Decision, request: GuardRequest) => unknown;

const decisions = channel(DECISION_CHANNEL);

/** Tells the channel and the hook. Neither can delay or change the answer. */
export function report(
  message: DecisionMessage,
  request: GuardRequest,
  hook: DecisionHook | undefined,
  warn: (message: string) => void,
): void {
  if (decisions.hasSubscribers) decisions.publish(message);
  if (hook === undefined) return;
  const complain = (thrown: unknown) =>
    warn(`The \`onDecision\` hook ${describe(thrown)}. The answer stands.`);
  try {
    // The promise is not waited for; a rejection must still not end the process.
    Promise.resolve(hook(message.decision, request)).catch(complain);
  } catch (error) {
    complain(error);
  }
}
