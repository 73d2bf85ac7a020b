import type { GuardRequest } from '@toxicity-guard/core';
import type { FastifyRequest } from 'fastify';

/** A Fastify request as core takes it. */
export function toGuardRequest(request: FastifyRequest): GuardRequest {
  const bodyMissing = missing(request);
  const { url } = request.routeOptions;
  return {
    body: isMultipart(request) ? plainFields(request.body) : request.body,
    query: request.query,
    params: request.params,
    headers: request.headers,
    raw: request,
    ...(bodyMissing !== undefined && { bodyMissing }),
    // The pattern, not the path: a path holds what the sender wrote. A request that no route takes has none.
    ...(url !== undefined && { route: `${request.method} ${url}` }),
  };
}

/** Fastify reads no body of these, so no handler sees one. */
const BODYLESS = new Set(['GET', 'HEAD', 'TRACE']);

/** Why `request.body` is not what was sent. Fastify itself answers where it has no parser for the type. */
function missing({ body, method, raw }: FastifyRequest): GuardRequest['bodyMissing'] {
  if (body !== undefined || BODYLESS.has(method)) return undefined;
  return raw.readableDidRead || raw.readableEnded ? 'elsewhere' : 'unparsed';
}

/** Whether `@fastify/multipart` has the body. */
function isMultipart(request: FastifyRequest & { isMultipart?: () => boolean }): boolean {
  return request.isMultipart?.() === true;
}

/**
 * A form's fields by name, as every other parser gives them. With `attachFieldsToBody: true` each is an object that
 * holds the value among the sender's names for it, and with `'keyValues'` it is the value already.
 */
function plainFields(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  // A part leads back to its body, which no value that was sent can do.
  const isPart = (value: unknown): value is { value?: unknown } =>
    typeof value === 'object' && value !== null && (value as { fields?: unknown }).fields === body;
  const plain = (value: unknown): unknown => (isPart(value) ? value.value : value);
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(plain) : plain(value),
    ]),
  );
}
