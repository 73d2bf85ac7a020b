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
  /** Their `content-type` says what a body that cannot be seen may hold. */
  readonly headers?: unknown;
  /**
   * Why `body` is not what was sent, where that is so: nothing tried to parse it (`unparsed`), a parser ran and
   * did not take its type (`declined`), or something read it and left nothing (`elsewhere`). Otherwise absent.
   */
  readonly bodyMissing?: 'unparsed' | 'declined' | 'elsewhere';
  /** The route's pattern, such as `POST /comments/:id`, for hooks and policies. */
  readonly route?: string;
  /** The framework's own request, for `fields` and thresholds that are functions. */
  readonly raw?: unknown;
}

/** What the policy makes of one text, or of all of a request's. */
export type Action = 'allow' | 'flag' | 'reject' | 'unavailable';

/** `reject` enforces, `flag` marks and lets pass, `shadow` decides and reports and changes nothing. */
export type Mode = 'reject' | 'flag' | 'shadow';

/** One text that is flagged or refused. */
export interface Finding {
  readonly in: Part;
  /**
   * RFC 6901 JSON Pointer within that part, such as `/comment`. Empty where the part itself is the text. It is
   * made of keys that the sender chose; past 256 characters, or at a key past 64, it ends at the value around.
   */
  readonly pointer: string;
  /** The threshold that the scores reached, in every mode; `flag` where only the language is the reason. */
  readonly action: 'flag' | 'reject';
  /** `scores` reached a threshold, or the `language` is unsupported and `unsupportedLanguage` is `flag`. */
  readonly reason: 'scores' | 'language';
  readonly scores: Scores;
  /** The labels that reached the threshold of `action`, in the order of `LABELS`; none by reason of `language`. */
  readonly labels: readonly Label[];
  /** The words that caused it, in UTF-16 offsets of the original text, in order, not overlapping. */
  readonly spans: readonly Span[];
  /** The language that the text seems to be in, as a BCP 47 tag; `und` where it cannot be told. */
  readonly language: string;
  /** Whether the model knows that language, or the text is too short to tell. Where not, the scores mean little. */
  readonly supported: boolean;
}

/** One text in a language that the model does not know. */
export interface UnsupportedText {
  readonly in: Part;
  /** As that of a {@link Finding}. */
  readonly pointer: string;
  /** A BCP 47 tag, such as `fr`; `und` where only the script shows that the model does not know it. */
  readonly language: string;
  /** Whether the model's verdict counted. `false` where `unsupportedLanguage` stood in its place. */
  readonly judged: boolean;
}

/** An RFC 9457 problem: the body of a refusal. It never holds text or scores. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** `TOXIC_CONTENT`, or the code of the error that kept the request from being judged. */
  readonly code: string;
  /** The first fifty of the refused texts. */
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
  /** The verdict. In mode `flag` it is `flag` where mode `reject` would say `reject`; `shadow` says what it would. */
  readonly action: Action;
  readonly mode: Mode;
  /** Every text that is flagged or refused, those refused first. Empty unless `action` is `flag` or `reject`. */
  readonly findings: readonly Finding[];
  /** Every text in a language that the model does not know, whatever became of it. */
  readonly unsupported: readonly UnsupportedText[];
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
  /**
   * Whether some text was judged without the vectors of all its words, because the store that holds them could not be
   * asked and its vocabulary says `onUnavailable: 'degrade'`.
   */
  readonly degraded: boolean;
}
