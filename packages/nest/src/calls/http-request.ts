import type { IncomingMessage } from 'node:http';
import type { GuardRequest } from '@toxicity-guard/core';

/** What is asked of Express's requests and of Fastify's; some of it only one of them has. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: unknown;
  readonly query: unknown;
  readonly params: unknown;
  readonly body?: unknown;
  /** Express's. */
  readonly route?: { readonly path?: unknown };
  readonly baseUrl?: string;
  readonly _body?: boolean;
  /** Fastify's. */
  readonly routeOptions?: { readonly url?: string | undefined };
  readonly raw?: IncomingMessage;
}

/** A request of Express or Fastify as core takes it. */
export function toGuardRequest(request: HttpRequest): GuardRequest {
  const bodyMissing = missing(request);
  const route = routeOf(request);
  return {
    body: request.body,
    // Express 5 parses the query anew at each look.
    get query() {
      return request.query;
    },
    params: request.params,
    headers: request.headers,
    raw: request,
    ...(bodyMissing !== undefined && { bodyMissing }),
    ...(route !== undefined && { route }),
  };
}

/** Fastify reads no body of these, so no handler sees one. */
const BODYLESS = new Set(['GET', 'HEAD', 'TRACE']);

/** Why `request.body` is not what was sent, as far as it can be known. */
function missing(request: HttpRequest): GuardRequest['bodyMissing'] {
  const { body, method, raw } = request;
  if (body !== undefined || request._body === true) return undefined;
  if (raw !== undefined && BODYLESS.has(method)) return undefined;
  const stream = raw ?? (request as unknown as IncomingMessage);
  if (stream.readableDidRead || stream.readableEnded || stream.readableFlowing !== null) return 'elsewhere';
  // Express's parsers and Fastify leave the key with nothing in it.
  return 'body' in request ? 'declined' : 'unparsed';
}

/** The pattern, not the path: a path holds what the sender wrote. */
function routeOf({ method, baseUrl = '', route, routeOptions }: HttpRequest): string | undefined {
  const path = routeOptions === undefined ? route?.path : routeOptions.url;
  return typeof path === 'string' ? `${method} ${baseUrl}${path}` : undefined;
}
