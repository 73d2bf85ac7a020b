import { ToxicityGuardError } from '../errors.js';
import type { Action, Decision } from './decision.js';

const WEIGHT: { readonly [A in Action]: number } = { allow: 0, unavailable: 1, flag: 2, reject: 3 };

/**
 * What an adapter leaves on the framework's request, given what an earlier guard left there. For adapters.
 *
 * Nothing new where there was no text to judge, and nothing in `shadow`, which changes nothing. Of two guards'
 * decisions the graver stays, so that a guard of one route does not wipe out what the application's flagged.
 */
export function markOf(earlier: Decision | null | undefined, decision: Decision): Decision | undefined {
  const before = earlier ?? undefined;
  const hadText = decision.model !== null || decision.action === 'unavailable';
  if (decision.mode === 'shadow' || !hadText) return before;
  return before !== undefined && WEIGHT[before.action] > WEIGHT[decision.action] ? before : decision;
}

/**
 * The error of a decision that a mistake of the server brought about (status 500), for the framework's own error
 * path, where its developer looks; `null` for every other decision. For adapters.
 */
export function mistakeOf(
  decision: Decision,
): (ToxicityGuardError & { status: number; statusCode: number; expose: boolean }) | null {
  const { status, error } = decision;
  if (status !== 500 || error === null) return null;
  const mistake = new ToxicityGuardError(error.code, error.message);
  return Object.assign(mistake, { status, statusCode: status, expose: false });
}
