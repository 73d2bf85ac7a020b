import { STATUS_CODES } from 'node:http';

/** A failure to tell the client: the sentence is shown as it is. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
    this.expose = true;
  }
}

/** Nothing on the page comes from elsewhere, and nothing may frame it. */
export function securityHeaders(_request, response, next) {
  response.set({
    'Content-Security-Policy':
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  next();
}

export function requireJson(request, _response, next) {
  const hasBody = request.is('*/*') !== null;
  next(hasBody && !request.is('json') ? new Problem(415, 'The body must be application/json.') : undefined);
}

export function notFound(request, _response, next) {
  next(new Problem(404, `Nothing answers ${request.method} here.`));
}

const details = {
  'entity.parse.failed': 'The body is not valid JSON.',
  'entity.too.large': 'The body is larger than 100 kB.',
};

/** Answers every failure as RFC 9457 problem details. A parser's own message may quote the body, so it is not sent. */
export function answerErrors(error, _request, response, next) {
  if (response.headersSent) return next(error);
  const status = error.status >= 400 && error.status < 600 ? error.status : 500;
  if (status >= 500) console.error(`${error.name}: ${error.code ?? 'unexpected'}`);
  const detail = details[error.type] ?? (error instanceof Problem ? error.message : undefined);
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, detail };
  response.status(status).type('application/problem+json').send(JSON.stringify(problem));
}
