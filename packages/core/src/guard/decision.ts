import type { ErrorCode } from '../errors.js';
import type { Label, Scores, Span } from '../labels.js';

/** The part of a request in which a text was found. */
export type Part = 'body' | 'query' | 'params' | 'headers';

/** What an adapter hands to the guard: the framework's request as a plain value. */
export interface GuardRequest {
  /** The parsed body: any JSON value, a form's object, a string. `undefined` where there is none. */
  readonly body?: unknown;
  readonly query?: unknown;
  readonly params?: unknown;
  readonly headers?: unknown;
  /** The route's pattern, such as `POST /comments/:id`, for hooks and policies. */
  readonly route?: string;
  /** The framework's own request, for `fields` and thresholds that are functions. */
  readonly raw?: unknown;
}

/** What the policy makes of one text, or of all of a request's. */
export type Action = 'allow' | 'flag' | 'reject' | 'unavailable';

/** `reject` enforces, `flag` marks and lets pass, `shadow` decides and reports and changes nothing. */
export type Mode = 'reject' | 'flag' | 'shadow';

/** One text that reached a threshold. */
export interface Finding {
  readonly in: Part;
  /** RFC 6901 JSON Pointer within that part, such as `/comment`. Empty where the part itself is the text. */
  readonly pointer: string;
  readonly action: 'flag' | 'reject';
  readonly scores: Scores;
  /** The labels that reached the threshold of `action`, in the order of `LABELS`. */
  readonly labels: readonly Label[];
  /** The words that caused it, in UTF-16 offsets of the original text, in order, not overlapping. */
  readonly spans: readonly Span[];
}

/** An RFC 9457 problem: the body of a refusal. It never holds text or scores. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly ProblemError[];
}

/** One refused field of a {@link Problem}. */
export interface ProblemError {
  readonly detail: string;
  readonly in: Part;
  /** The RFC 6901 pointer as a URI fragment, such as `#/comment`. */
  readonly pointer: string;
  readonly labels: readonly Label[];
}

/** The guard's answer: plain data, always of this shape. */
export interface Decision {
  readonly action: Action;
  readonly mode: Mode;
  /** Every text that reached a threshold, those refused first. Empty unless `action` is `flag` or `reject`. */
  readonly findings: readonly Finding[];
  /** The status to answer with, or `null` where the request goes on to its handler. */
  readonly status: number | null;
  /** The body to answer with, as `application/problem+json`, or `null` where the request goes on. */
  readonly problem: Problem | null;
  /** Seconds for a Retry-After header, or `null`. */
  readonly retryAfter: number | null;
  /** Why no verdict was reached, where `action` is `unavailable`. */
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** The id of the model that judged, `null` where none did. */
  readonly model: string | null;
}
