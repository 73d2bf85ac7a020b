/** The stable codes of operational errors; `docs/reference/error-codes.md` has a heading for each. */
export const ERROR_CODES = [
  'MODEL_UNREADABLE',
  'MODEL_INCOMPATIBLE',
  'VOCABULARY_UNAVAILABLE',
  'VOCABULARY_MISMATCH',
  'ENGINE_UNAVAILABLE',
  'ENGINE_FAILED',
  'TEXT_TOO_LONG',
  'TOO_MANY_FIELDS',
  'FIELDS_FAILED',
  'POLICY_FAILED',
  'DEADLINE_EXCEEDED',
  'OVERLOADED',
  'ABORTED',
  'CLOSED',
  'BODY_NOT_PARSED',
  'UNSUPPORTED_BODY',
  'CLASSIFIER_FAILED',
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * An operational error: something at run time kept a text from being judged. A wrong argument is a
 * `TypeError` instead. The message never contains the text of a request.
 *
 * @example
 * try { await classifier.classify(text) } catch (error) {
 *   if (error instanceof ToxicityGuardError && error.code === 'TEXT_TOO_LONG') …
 * }
 */
export class ToxicityGuardError extends Error {
  override readonly name = 'ToxicityGuardError';
  /** Stable within a major version; the message is not. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Whether something thrown is a {@link ToxicityGuardError}, also one of another copy of this package (a CommonJS
 * and an ES module copy in one process do not share a class).
 */
export function isToxicityGuardError(error: unknown): error is ToxicityGuardError {
  return (
    error instanceof Error &&
    error.name === 'ToxicityGuardError' &&
    (ERROR_CODES as readonly unknown[]).includes((error as { code?: unknown }).code)
  );
}
