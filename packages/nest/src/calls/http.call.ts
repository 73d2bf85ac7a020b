import type { ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { type Decision, mistakeOf, ToxicityGuardError } from '@toxicity-guard/core';
import { ToxicityException } from '../toxicity.exception.js';
import type { Call } from './call.interface.js';
import { toGuardRequest } from './http-request.js';

/** A request of Express or Fastify. */
export function httpCall(context: ExecutionContext): Call {
  const http = context.switchToHttp();
  const given = http.getResponse<ServerResponse & { readonly raw?: ServerResponse }>();
  // Fastify's response holds Node's, Express's is one.
  const response = given.raw ?? given;
  return {
    request: toGuardRequest(http.getRequest()),
    // The response, because a request also closes when it has been read.
    closing: response,
    exception(problem, decision) {
      const mistake = mistakeOf(decision);
      // Without the status that `mistake` has: early releases of Nest 11 send the message of an error that has one.
      if (mistake !== null) return new ToxicityGuardError(mistake.code, mistake.message);
      setHeaders(response, decision);
      return new ToxicityException(problem);
    },
  };
}

/** Sets what holds for the refusal whichever filter answers it. */
function setHeaders(response: ServerResponse, { retryAfter }: Decision): void {
  if (response.headersSent) return;
  if (retryAfter !== null) response.setHeader('Retry-After', String(retryAfter));
  response.setHeader('Cache-Control', 'no-store');
}
