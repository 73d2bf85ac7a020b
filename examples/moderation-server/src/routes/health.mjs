import { Problem } from '../http/problem.mjs';
import { schemas } from './schemas.mjs';

const { object, json, problem } = schemas;
const status = object({ status: { type: 'string' } });

/** What balancers, systemd and Kubernetes ask. */
export function healthRoutes(app, { service }) {
  app.get('/health/live', {
    schema: {
      tags: ['operations'],
      summary: 'Whether the worker that answers is alive',
      response: { 200: json('It is', status) },
    },
    handler: async () => ({ status: 'live' }),
  });

  app.get('/health/ready', {
    schema: {
      tags: ['operations'],
      summary: 'Whether to send requests here',
      description:
        '503 from the moment the server is told to stop. Before a model is loaded and tried, no connection is taken.',
      response: { 200: json('Yes', status), 503: problem },
    },
    async handler(_request, reply) {
      reply.header('Cache-Control', 'no-store');
      if (service.stopping) throw new Problem(503, 'The server is stopping.');
      return { status: 'ready' };
    },
  });
}
