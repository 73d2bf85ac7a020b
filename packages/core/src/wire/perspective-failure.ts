import { isToxicityGuardError } from '../errors.js';
import { describe } from '../fault.js';
import { PERSPECTIVE_BODY_LIMIT, type PerspectiveRequest } from './perspective-api.js';
import { PerspectiveError, refused } from './perspective-error.js';

/** The answer to whatever kept a request from being answered. What brought it about may name files, so it goes to `warn`. */
export function toPerspectiveError(thrown: unknown, warn: (message: string) => void): PerspectiveError {
  if (thrown instanceof PerspectiveError) return thrown;
  switch (isToxicityGuardError(thrown) ? thrown.code : undefined) {
    case 'TEXT_TOO_LONG':
      return refused('COMMENT_TOO_LONG', 'Comment text too long.');
    case 'OVERLOADED':
      return new PerspectiveError(
        429,
        'RESOURCE_EXHAUSTED',
        'Resource has been exhausted (e.g. check quota).',
      );
    case 'DEADLINE_EXCEEDED':
      return new PerspectiveError(
        504,
        'DEADLINE_EXCEEDED',
        'Deadline expired before operation could complete.',
      );
    case 'ABORTED':
      return new PerspectiveError(499, 'CANCELLED', 'The operation was cancelled.');
    default:
      warn(`A comment could not be judged and was answered with 503: ${causeOf(thrown)}`);
      return unavailable();
  }
}

/** The answer where the server itself fails. */
export function unavailable(): PerspectiveError {
  return new PerspectiveError(503, 'UNAVAILABLE', 'The service is currently unavailable.');
}

/** The answer where there was a body that nobody could read. */
export function missingBody(why: NonNullable<PerspectiveRequest['bodyMissing']>): PerspectiveError {
  const message =
    why === 'too long'
      ? `Request payload size exceeds the limit: ${PERSPECTIVE_BODY_LIMIT} bytes.`
      : 'Invalid JSON payload received. Unexpected end of stream.';
  return new PerspectiveError(400, 'INVALID_ARGUMENT', message);
}

function causeOf(thrown: unknown): string {
  return isToxicityGuardError(thrown) ? `${thrown.code}, ${thrown.message}` : describe(thrown);
}
