import type { ToxicityGuardError } from '../errors.js';
import type { Decision, Mode } from './decision.js';
import type { Judgement } from './judgement.js';
import { answerTo, toxicContent } from './problem.js';

/** What to do where no verdict can be reached. */
export type Failure = 'closed' | 'open';

/** The decision where there was no text to judge. */
export function nothingToJudge(mode: Mode): Decision {
  return decide({ action: 'allow', mode });
}

/** The decision that follows from findings, those refused first. */
export function judged(mode: Mode, { findings, ...judgement }: Judgement): Decision {
  if (findings.length === 0) return decide({ action: 'allow', mode, ...judgement });
  const refused = findings.filter(({ action }) => action === 'reject');
  const flagged = findings.filter(({ action }) => action === 'flag');
  const ordered = [...refused, ...flagged];
  if (refused.length === 0 || mode === 'flag') {
    return decide({ action: 'flag', mode, findings: ordered, ...judgement });
  }
  const problem = mode === 'reject' ? toxicContent(refused) : null;
  return decide({ action: 'reject', mode, findings: ordered, problem, ...judgement });
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
    unsupported = [],
    problem = null,
    retryAfter = null,
    error = null,
    model = null,
    degraded = false,
  } = parts;
  return Object.freeze({
    action,
    mode,
    findings,
    unsupported,
    status: problem?.status ?? null,
    problem: problem && Object.freeze(problem),
    retryAfter,
    error,
    model,
    degraded,
  });
}
