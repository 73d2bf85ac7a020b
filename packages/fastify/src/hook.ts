import { createGuard, type Decision, markOf, mistakeOf } from '@toxicity-guard/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteToxicityOptions } from './options.js';
import { toGuardRequest } from './request.js';

const HINTS = {
  parser: 'Register a parser that gives an object or a string, such as `@fastify/formbody` for forms.',
  upload:
    "Register `@fastify/multipart` with `attachFieldsToBody: 'keyValues'`, or judge the fields where the route reads them.",
};

/** A `preHandler`, which fits `preValidation` as well. */
export type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/** Makes a hook that judges requests, and what ends it, of checked options. */
export function createHook({ skip, handler = refuse, ...options }: RouteToxicityOptions): {
  readonly hook: Hook;
  close(): Promise<void>;
} {
  const guard = createGuard(options, HINTS);

  const run = async (...[request, reply, next]: Parameters<Hook>): Promise<void> => {
    if (await skip?.(request)) return next();
    const decision = await judge(request, reply);
    const mark = markOf(request.toxicity, decision);
    if (mark !== undefined) request.toxicity = mark;
    if (decision.problem === null) return next();
    // The client has gone, or somebody has answered in the meantime: there is nothing left to say.
    if (reply.raw.destroyed || reply.raw.headersSent || reply.sent) return;
    const mistake = mistakeOf(decision);
    if (mistake !== null) return next(mistake);
    const answer = await handler(decision, request, reply);
    if (answer !== undefined && !reply.sent) reply.send(answer);
  };

  async function judge(request: FastifyRequest, reply: FastifyReply): Promise<Decision> {
    const gone = new AbortController();
    const abort = () => gone.abort();
    // The response, because a request also closes when it has been read.
    reply.raw.once('close', abort);
    try {
      return await guard.judge(toGuardRequest(request), { signal: gone.signal });
    } finally {
      reply.raw.off('close', abort);
    }
  }

  return {
    // With `done`, because Fastify goes on to the route where the promise of a hook resolves, answered or not.
    hook: (request, reply, done) => void run(request, reply, done).catch(done),
    close: () => guard.close(),
  };
}

function refuse(
  { status, problem, retryAfter }: Decision,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  if (retryAfter !== null) reply.header('Retry-After', String(retryAfter));
  reply
    .code(status ?? 500)
    .header('Cache-Control', 'no-store')
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}
