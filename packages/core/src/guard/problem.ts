import type { ErrorCode, ToxicityGuardError } from '../errors.js';
import type { Finding, Problem, ProblemError } from './decision.js';

/** How many refused texts a problem names: a refusal must not grow with the request. */
const MOST_ERRORS = 50;

/** The body of a refusal for toxic content. */
export function toxicContent(refused: readonly Finding[]): Problem {
  const count = refused.length;
  return {
    type: 'urn:toxicity-guard:problem:toxic-content',
    title: 'Content refused',
    status: 422,
    detail: count === 1 ? '1 text was refused as toxic.' : `${count} texts were refused as toxic.`,
    code: 'TOXIC_CONTENT',
    errors: refused.slice(0, MOST_ERRORS).map(toProblemError),
  };
}

function toProblemError({ in: part, pointer, labels }: Finding): ProblemError {
  const names = labels.map((label) => label.replaceAll('_', ' ')).join(', ');
  return { detail: `Judged ${names}.`, in: part, pointer: toFragment(pointer), labels };
}

/** A pointer as a URI fragment, RFC 6901 section 6. */
export function toFragment(pointer: string): string {
  // Half a surrogate pair has no UTF-8, and encodeURI throws at it.
  return `#${encodeURI(pointer.replace(/\p{Surrogate}/gu, '\uFFFD')).replaceAll('#', '%23')}`;
}

/** How a fault is answered. */
interface Answer {
  readonly status: number;
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  readonly retryAfter: number | null;
  /** Whether `failure: 'open'` lets the request pass. */
  readonly opens: boolean;
}

const busy = (retryAfter: number): Answer => ({
  status: 503,
  name: 'unavailable',
  title: 'Content could not be checked',
  detail: 'The content of the request could not be checked for toxicity. Try again later.',
  retryAfter,
  opens: true,
});

const tooLarge = (detail: string): Answer => ({
  status: 413,
  name: 'content-too-large',
  title: 'Content too large to be checked',
  detail,
  retryAfter: null,
  opens: false,
});

// The sender's own doing never opens: a request that makes a site's function throw would be the way around it.
const mistake: Answer = {
  status: 500,
  name: 'server-mistake',
  title: 'Content could not be checked',
  detail: 'The server is not set up to check the content of this request.',
  retryAfter: null,
  opens: false,
};

const ANSWERS: { readonly [C in ErrorCode]: Answer } = {
  MODEL_UNREADABLE: busy(30),
  MODEL_INCOMPATIBLE: busy(30),
  VOCABULARY_UNAVAILABLE: busy(10),
  VOCABULARY_MISMATCH: busy(30),
  ENGINE_UNAVAILABLE: busy(30),
  ENGINE_FAILED: busy(10),
  CLASSIFIER_FAILED: busy(10),
  CLOSED: busy(10),
  DEADLINE_EXCEEDED: busy(1),
  OVERLOADED: busy(1),
  // The client that went away may have sent the text before it did.
  ABORTED: { ...busy(1), opens: false },
  TEXT_TOO_LONG: tooLarge('The request has more text than can be checked.'),
  TOO_MANY_FIELDS: tooLarge('The request has more texts than can be checked.'),
  BODY_NOT_PARSED: mistake,
  UNSUPPORTED_BODY: {
    status: 415,
    name: 'unsupported-body',
    title: 'Unsupported content type',
    detail: 'The server does not read a body of this content type here, so its content cannot be checked.',
    retryAfter: null,
    opens: false,
  },
  FIELDS_FAILED: mistake,
  POLICY_FAILED: mistake,
};

/** How a fault is answered in mode `reject`. The error's message stays with the server: it may name files. */
export function answerTo(error: ToxicityGuardError): {
  problem: Problem;
  retryAfter: number | null;
  opens: boolean;
} {
  const { status, name, title, detail, retryAfter, opens } = ANSWERS[error.code];
  const type = `urn:toxicity-guard:problem:${name}`;
  return { problem: { type, title, status, detail, code: error.code }, retryAfter, opens };
}
