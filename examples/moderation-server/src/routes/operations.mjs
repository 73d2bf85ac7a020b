import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { whileConnected } from '../http/while-connected.mjs';
import { schemas } from './schemas.mjs';

const { object, json } = schemas;
const number = { type: 'number' };
const integer = { type: 'integer' };
const text = { type: 'string' };
const orNull = (type) => ({ type: [type, 'null'] });

const beat = object({
  queue: number,
  texts: integer,
  underWay: integer,
  requests: integer,
  delayMs: number,
  utilisation: number,
  memory: integer,
  model: text,
});
const worker = object({
  slot: integer,
  pid: integer,
  state: { type: 'string', enum: ['starting', 'ready', 'leaving', 'hung', 'draining'] },
  reason: orNull('string'),
  startedAt: { type: 'string', format: 'date-time' },
  silentMs: integer,
  beat: { anyOf: [beat, { type: 'null' }] },
});
const pool = object({
  wanted: integer,
  minimum: integer,
  maximum: integer,
  model: orNull('string'),
  stopping: { type: 'boolean' },
  workers: { type: 'array', items: worker },
});

/** The figures for Prometheus, the workers as they are, and the OpenAPI document. */
export function operationRoutes(app, { primary, connections, service }) {
  app.get('/metrics', {
    schema: {
      tags: ['operations'],
      summary: 'All workers’ figures in the text format of Prometheus',
      response: { 200: { description: 'The figures', content: { 'text/plain': { schema: text } } } },
    },
    async handler(_request, reply) {
      const { type, text } = await primary.ask('metrics');
      return reply
        .type(type)
        .serializer((body) => body)
        .send(text);
    },
  });

  app.get('/workers', {
    schema: {
      tags: ['operations'],
      summary: 'What each worker does',
      response: { 200: json('The pool', pool) },
    },
    handler: () => primary.ask('view'),
  });

  app.get('/workers/events', {
    schema: {
      tags: ['operations'],
      summary: 'What each worker does, every second, as server-sent events',
      response: { 200: { description: 'The events', content: { 'text/event-stream': { schema: text } } } },
    },
    handler(_request, reply) {
      const { signal } = whileConnected(reply);
      const events = async function* () {
        while (!signal.aborted && !connections.closing && !service.stopping) {
          yield `data: ${JSON.stringify(await primary.ask('view'))}\n\n`;
          await wait(1000, undefined, { signal }).catch(() => {});
        }
      };
      // A proxy that buffers would keep them back.
      reply.header('X-Accel-Buffering', 'no').header('Cache-Control', 'no-store').type('text/event-stream');
      return reply.send(Readable.from(events()));
    },
  });

  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
