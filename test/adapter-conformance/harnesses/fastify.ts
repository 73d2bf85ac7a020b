import { inspect } from 'node:util';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import { type RouteToxicityOptions, toxicityGuard } from '@toxicity-guard/fastify';
import fastify, { type FastifyReply, type FastifyRequest, type RouteShorthandOptions } from 'fastify';
import { echo, type Harness, ownRefusal, type Plan } from '../harness.js';

export const fastify5Harness: Harness = {
  name: 'Fastify 5',
  capabilities: {
    multipart: true,
    refusal: true,
    refusalPasses: 'a handler of Fastify answers; mode flag lets pass',
    stacking: true,
    judgesOnce: true,
    answersUnsupported: 'Fastify itself answers where it has no parser',
  },
  async create({ guard, own = guard, times = 1, refusal, onHandled, onLog }) {
    const app = fastify({
      bodyLimit: 5_000_000,
      logger: { level: 'trace', stream: { write: (line: string) => onLog?.(line) } },
    });
    app.register(formbody);
    app.register(multipart, { attachFieldsToBody: 'keyValues' });
    const handler = handlerOf(refusal);
    const options = { ...guard, handler };
    for (let time = 0; time < times; time++) app.register(toxicityGuard, options);
    await app.after();
    app.addHook('onError', async (_request, _reply, error) => onLog?.(inspect(error)));

    const handle = (request: FastifyRequest, reply: FastifyReply) => {
      onHandled?.();
      return reply
        .code(201)
        .type('application/json; charset=utf-8')
        .send(echo(request.body, request.toxicity));
    };
    const routes: Record<string, RouteShorthandOptions> = {
      '/comments': {},
      '/people/:name': {},
      '/uploads': {},
      '/own': { config: { toxicity: own } },
      '/both': { preHandler: app.toxicityGuard(own) },
      '/unguarded': { config: { toxicity: false } },
    };
    for (const [path, route] of Object.entries(routes)) app.all(path, route, handle);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url, close: () => app.close() };
  },
};

function handlerOf(refusal: Plan['refusal']): RouteToxicityOptions['handler'] {
  switch (refusal) {
    case 'answers':
      return (decision, _request, reply) => {
        reply.code(451).type('application/json; charset=utf-8');
        return ownRefusal(decision);
      };
    case 'throws':
      return () => {
        throw new RangeError('of the application');
      };
    case 'rejects':
      return () => Promise.reject(new RangeError('of the application'));
    default:
      return undefined;
  }
}
