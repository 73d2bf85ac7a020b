import { aFunction, anInteger, aString, type Checks, checkOptions, fail } from '../check.js';
import type { Decision, GuardRequest } from '../guard/decision.js';
import type { Guard } from '../guard/guard.js';
import { mistakeOf } from '../guard/mark.js';
import { type ReadBody, readBody } from './read-body.js';
import { refusalOf } from './refusal.js';
import { valuesOf } from './values.js';

/** Options of {@link judgeRequest}. `undefined` means absent. */
export interface JudgeRequestOptions {
  /** The parsed body, where it has been read before: the request is then not read. Default: read from the request. */
  readonly body?: unknown;
  /** The parameters of the route, for a guard whose `fields` name them. Default: none. */
  readonly params?: unknown;
  /** The route's pattern, such as `POST /comments/:id`, for hooks and policies. Default: none. */
  readonly route?: string | undefined;
  /** How long the body may be, in bytes, files of a form included. Default `1048576`. */
  readonly maxBodyBytes?: number | undefined;
}

/** What {@link judgeRequest} gives, always of this shape. */
export interface JudgedRequest {
  readonly decision: Decision;
  /** The refusal to answer with, or `null` where the request goes on to its handler. */
  readonly response: Response | null;
}

const CHECKS: Checks<JudgeRequestOptions> = {
  body: (value) => value,
  params: (value) => value,
  route: aString,
  maxBodyBytes: anInteger(1),
};

/**
 * Judges a web-standard `Request`, as servers for Hono, Next.js, Bun, Deno and Workers have it. Call it before
 * anything reads the body: it reads a clone, so that the handler can read the body after it.
 *
 * It reads JSON, forms, the text fields of `multipart/form-data`, and text. What parses as JSON is judged as JSON
 * whatever type it announces, because `request.json()` does not look at the type either. A body that is not what
 * it announces, such as malformed JSON, is left to the handler unjudged: `request.json()` throws there. Types that
 * hold text and are not read are answered 415, and a body longer than `maxBodyBytes` is answered 413, as
 * `TEXT_TOO_LONG`. The judgement is given up when `request.signal` aborts.
 *
 * @throws {TypeError} for a wrong argument.
 * @throws {ToxicityGuardError} with `status` 500 for a mistake of the server, such as a body that has been read
 *   before (`BODY_NOT_PARSED`), so that the framework's own error path tells of it.
 *
 * @example
 * const guard = createGuard()
 * const request = new Request('http://localhost/comments', {
 *   method: 'POST',
 *   headers: { 'Content-Type': 'application/json' },
 *   body: '{"comment":"Have a nice day"}',
 * })
 * const { decision, response } = await judgeRequest(guard, request)
 * // decision.action: 'allow', response: null
 * await request.json() // { comment: 'Have a nice day' }
 */
export async function judgeRequest(
  guard: Guard,
  request: Request,
  options: JudgeRequestOptions = {},
): Promise<JudgedRequest> {
  aFunction((guard as Partial<Guard> | null)?.judge, 'guard.judge');
  if (!isRequest(request)) fail('request', 'be a web-standard Request', request);
  const { body, maxBodyBytes = 1_048_576, ...place } = checkOptions(options, CHECKS);
  const read = body === undefined ? await readBody(request, maxBodyBytes) : { body };
  const decision = await guard.judge(toGuardRequest(request, read, place), { signal: request.signal });
  const mistake = mistakeOf(decision);
  if (mistake !== null) throw mistake;
  return { decision, response: refusalOf(decision) };
}

// Not `instanceof`: some servers hand out look-alikes.
function isRequest(value: unknown): boolean {
  const { clone, headers, url } = (value ?? {}) as Partial<Request>;
  return typeof clone === 'function' && typeof headers === 'object' && typeof url === 'string';
}

/** A request and its body as core takes them. */
function toGuardRequest(
  request: Request,
  { body, missing, error }: ReadBody,
  { params, route }: Pick<JudgeRequestOptions, 'params' | 'route'>,
): GuardRequest {
  return {
    // The guard's failure policy answers for a body that cannot be had, and only where it wants the body.
    get body() {
      if (error !== undefined) throw error;
      return body;
    },
    get query() {
      return valuesOf(new URL(request.url).searchParams);
    },
    get headers() {
      const headers = Object.fromEntries(request.headers);
      // A Request that did not come over HTTP/1 announces no length; its body was seen.
      return missing === undefined ? headers : { 'transfer-encoding': 'chunked', ...headers };
    },
    params,
    raw: request,
    ...(missing !== undefined && { bodyMissing: missing }),
    ...(route !== undefined && { route }),
  };
}
