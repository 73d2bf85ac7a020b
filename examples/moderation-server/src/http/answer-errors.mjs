import { STATUS_CODES } from 'node:http';
import { isToxicityGuardError } from '@toxicity-guard/core';
import { Refusal } from '../settings/refusal.mjs';
import { Problem } from './problem.mjs';

const PARSERS = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => 'The body is too large.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => 'The body must be application/json.',
  FST_ERR_CTP_INVALID_JSON_BODY: () => 'The body is not valid JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: () => 'The body is empty.',
  FST_ERR_VALIDATION: ({ validationContext, validation: [{ instancePath, message }] }) =>
    `The ${validationContext === 'querystring' ? 'query' : validationContext}${instancePath && ` at ${instancePath}`} ${message}.`,
};
const CODES = { TEXT_TOO_LONG: 413, OVERLOADED: 503, DEADLINE_EXCEEDED: 503, VOCABULARY_UNAVAILABLE: 503 };

/** Answers every failure as RFC 9457 problem details. A parser's own message may quote the body, so it is not sent. */
export function answerErrors(app) {
  app.setErrorHandler((error, request, reply) => {
    const known = describe(error);
    const { status, detail } = known ?? { status: statusOf(error) };
    // The client has gone in the middle of what it sent.
    if (status >= 500 && known === null && !request.raw.destroyed)
      request.log.error({ err: error }, 'A request failed');
    reply.headers(error instanceof Problem ? error.headers : {});
    if (status === 503 && !reply.hasHeader('Retry-After')) reply.header('Retry-After', '1');
    send(reply, status, detail);
  });
  app.setNotFoundHandler((request, reply) => send(reply, 404, `Nothing answers ${request.method} here.`));
}

function describe(error) {
  if (error instanceof Problem) return { status: error.statusCode, detail: error.message };
  if (error instanceof Refusal) return { status: 503, detail: error.message };
  if (isToxicityGuardError(error)) return { status: CODES[error.code] ?? 500, detail: error.message };
  const parser = PARSERS[error.code];
  return parser === undefined ? null : { status: error.statusCode ?? 400, detail: parser(error) };
}

function statusOf({ statusCode }) {
  return statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}

function send(reply, status, detail) {
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: detail ?? STATUS_CODES[status],
  };
  reply
    .code(status)
    .header('Cache-Control', 'no-store')
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    // As text: the route's own schema is not that of a problem.
    .serializer((body) => body)
    .send(JSON.stringify(problem));
}
