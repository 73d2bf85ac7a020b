import { type ErrorCode, isToxicityGuardError, ToxicityGuardError } from './errors.js';

/**
 * Turns whatever somebody's function threw into an operational error. An error of ours stays; of any other
 * only the name and the place are told, because its message may quote the request.
 */
export function toFault(error: unknown, code: ErrorCode, what: string): ToxicityGuardError {
  return isToxicityGuardError(error) ? error : new ToxicityGuardError(code, `${what} ${describe(error)}.`);
}

/** Says what was thrown and where, never its message. */
export function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `threw a value of type ${typeof thrown}`;
  const name = thrown.constructor.name || 'Error';
  const at = place(thrown);
  return at === undefined ? `threw ${name}` : `threw ${name} ${at}`;
}

function place(error: Error): string | undefined {
  const { stack } = error;
  // The message comes first and may have lines that look like frames: step over it or take nothing.
  const start = typeof stack === 'string' ? stack.indexOf(error.message) : -1;
  if (typeof stack !== 'string' || start < 0) return undefined;
  const frame = stack
    .slice(start + error.message.length)
    .split('\n', 2)[1]
    ?.trim();
  return frame?.startsWith('at ') ? frame.slice(0, 200) : undefined;
}
