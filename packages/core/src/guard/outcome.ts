import type { ToxicityGuardError } from '../errors.js';
import type { Decision, Finding, Mode } from './decision.js';
import { answerTo, toxicContent } from './problem.js';

/** What to do where no verdict can be reached. */
export type Failure = 'closed' | 'open';

/** The decision that nothing is wrong; without a model where there was no text to judge. */
export function allowed(mode: Mode, model: string | null): Decision {
  return decide({ action: 'allow', mode, model });
}

/** The decision that follows from findings, those refused first. */
export function judged(mode: Mode, findings: readonly Finding[], model: string): Decision {
  if (findings.length === 0) return allowed(mode, model);
  const refused = findings.filter(({ action }) => action === 'reject');
  const flagged = findings.filter(({ action }) => action === 'flag');
  const ordered = [...refused, ...flagged];
  if (refused.length === 0 || mode === 'flag') {
    return decide({ action: 'flag', mode, findings: ordered, model });
  }
  const problem = mode === 'reject' ? toxicContent(refused) : null;
  return decide({ action: 'reject', mode, findings: ordered, problem, model });
}

/**
 * The decision where no verdict was reached. Only mode `reject` answers in the handler's place; `flag` and
 * `shadow` promise that every request reaches it, so they mark or report the fault and let it pass.
 */
export function unavailable(mode: Mode, failure: Failure, error: ToxicityGuardError): Decision {
  const { code, message } = error;
  const { problem, retryAfter, opens } = answerTo(error);
  const passes = mode !== 'reject' || (opens && failure === 'open');
  return decide({
    action: 'unavailable',
    mode,
    error: { code, message },
    ...(!passes && { problem, retryAfter }),
  });
}

// Frozen, because a hook, a channel's subscribers and the framework's request all hold the same one.
function decide(parts: Pick<Decision, 'action' | 'mode'> & Partial<Decision>): Decision {
  const {
    action,
    mode,
    findings = [],
    problem = null,
    retryAfter = null,
    error = null,
    model = null,
  } = parts;
  return Object.freeze({
    action,
    mode,
    findings,
    status: problem?.status ?? null,
    problem: problem && Object.freeze(problem),
    retryAfter,
    error,
    model,
  });
}
