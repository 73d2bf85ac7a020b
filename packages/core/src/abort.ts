import { ToxicityGuardError } from './errors.js';

/** The error of a judgement that its caller gave up. */
export function aborted(signal: AbortSignal): ToxicityGuardError {
  return new ToxicityGuardError('ABORTED', 'The judgement was aborted', { cause: signal.reason });
}

/** @throws {ToxicityGuardError} `ABORTED`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}
