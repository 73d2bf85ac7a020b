/** What an answer other than 200 says, in the form that Google's interfaces give it. */
export interface PerspectiveErrorBody {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly status: string;
    readonly details?: readonly object[];
  };
}

/** The `errorType` of the Perspective API. */
export type ErrorType =
  | 'COMMENT_EMPTY'
  | 'COMMENT_TOO_LONG'
  | 'NO_REQUESTED_ATTRIBUTES'
  | 'LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE'
  | 'INVALID_REQUEST';

/** What a name of the sender's may look like to be said again. */
const NAME = /^[\w.$-]{1,64}$/;

/** A request that is answered with an error. Thrown inside this folder, and never out of it. */
export class PerspectiveError extends Error {
  readonly body: PerspectiveErrorBody;

  constructor(code: number, status: string, message: string, details?: readonly object[]) {
    super(message);
    this.body = { error: { code, message, status, ...(details !== undefined && { details }) } };
  }
}

/** A request that the Perspective API refuses. */
export function refused(errorType: ErrorType, message: string): PerspectiveError {
  return new PerspectiveError(400, 'INVALID_ARGUMENT', message, [detailOf(errorType)]);
}

/** Attributes that do not have the languages of a request; one detail for each, as clients look for it. */
export function notSupported(
  attributes: readonly string[],
  field: 'requestedLanguages' | 'detectedLanguages',
  languages: readonly string[],
): PerspectiveError {
  const shown = languages.slice(0, 20).map(shownName);
  const details = attributes.map((attribute) =>
    detailOf('LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE', {
      languageNotSupportedByAttributeError: { [field]: shown, attribute },
    }),
  );
  const message = `Attribute ${attributes[0]} does not support request languages: ${shown.join(', ')}`;
  return new PerspectiveError(400, 'INVALID_ARGUMENT', message, details);
}

/** A body that is no message of the interface: what is wrong, and in which field. */
export function malformed(
  violations: readonly { readonly field?: string; readonly description: string }[],
): PerspectiveError {
  const message = violations.map(({ description }) => description).join('\n');
  const detail = { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations };
  return new PerspectiveError(400, 'INVALID_ARGUMENT', message, [detail]);
}

/** A name out of a request as an error may say it: one that looks like none may be a piece of somebody's text. */
export function shownName(name: string): string {
  return NAME.test(name) ? name : '…';
}

function detailOf(errorType: ErrorType, more: object = {}): object {
  return { '@type': 'type.googleapis.com/google.commentanalyzer.v1alpha1.Error', errorType, ...more };
}
