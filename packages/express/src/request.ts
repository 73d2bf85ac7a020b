import type { GuardRequest } from '@toxicity-guard/core';
import type { Request } from 'express';

/** An Express request as core takes it. */
export function toGuardRequest(req: Request): GuardRequest {
  const bodyMissing = missing(req);
  const route = routeOf(req);
  return {
    body: req.body,
    // Express 5 parses the query anew at each look.
    get query() {
      return req.query;
    },
    params: req.params,
    headers: req.headers,
    raw: req,
    ...(bodyMissing !== undefined && { bodyMissing }),
    ...(route !== undefined && { route }),
  };
}

/** Why `req.body` is not what was sent, as far as Express can know it. */
function missing(req: Request): GuardRequest['bodyMissing'] {
  const { body } = req as { body: unknown };
  // Express 4's parsers leave an empty object where the content type was not theirs, and mark what they did read.
  const isEmpty = body === undefined || (isPlainObject(body) && Object.keys(body).length === 0);
  if (!isEmpty || (req as { _body?: boolean })._body === true) return undefined;
  const isRead = req.readableDidRead || req.readableEnded || req.readableFlowing !== null;
  if (isRead) return body === undefined ? 'elsewhere' : undefined;
  // Express 5's parsers leave the key with nothing in it.
  return 'body' in req ? 'declined' : 'unparsed';
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The pattern, not the path: a path holds what the sender wrote. Known only where the guard sits on a route. */
function routeOf(req: Request): string | undefined {
  const path: unknown = req.route?.path;
  return typeof path === 'string' ? `${req.method} ${req.baseUrl}${path}` : undefined;
}
