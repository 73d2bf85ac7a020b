import { type ExecutionContext, Logger } from '@nestjs/common';
import { type Decision, mistakeOf, type Problem } from '@toxicity-guard/core';
import { ToxicityException } from '../toxicity.exception.js';
import type { Call } from './call.interface.js';

type ToException = (problem: Problem) => Error | Promise<Error>;

/** The arguments of a GraphQL resolver. */
export function graphqlCall(context: ExecutionContext): Call {
  const [, args, shared, info] = context.getArgs<[unknown, unknown, unknown, { fieldName?: unknown }?]>();
  // Resolvers of references and of types get no arguments, and something else in their place.
  const isField = typeof info?.fieldName === 'string';
  const toException: ToException = (problem) => new ToxicityException(problem);
  return isField
    ? messageCall(context, args, shared, toException)
    : messageCall(context, undefined, undefined, toException);
}

/** The data of a WebSocket message. */
export function wsCall(context: ExecutionContext): Call {
  const message = context.switchToWs();
  return messageCall(context, message.getData(), message.getClient(), async (problem) => {
    const { WsException } = await import('@nestjs/websockets');
    return new WsException(problem);
  });
}

/** The data of a microservice's message. */
export function rpcCall(context: ExecutionContext): Call {
  const message = context.switchToRpc();
  return messageCall(context, message.getData(), message.getContext(), async (problem) => {
    const { RpcException } = await import('@nestjs/microservices');
    return new RpcException(problem);
  });
}

const logger = new Logger('ToxicityGuard');

function messageCall(context: ExecutionContext, body: unknown, raw: unknown, toException: ToException): Call {
  return {
    request: { body, raw, route: `${context.getClass().name}.${context.getHandler().name}` },
    exception(problem: Problem, decision: Decision) {
      // Not thrown: a GraphQL server tells the client an error's message, and Nest sends a WebSocket message back.
      const mistake = mistakeOf(decision);
      if (mistake !== null) logger.error(mistake);
      return toException(problem);
    },
  };
}
