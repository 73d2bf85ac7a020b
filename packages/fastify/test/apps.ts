import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import fastify50 from 'fastify50';
import { onTestFinished } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import { type ToxicityGuardOptions, toxicityGuard } from '../src/index.js';

/** The newest and the oldest Fastify 5, to run every test on. `fastify50.d.ts` gives both the same types. */
export const versions = [
  ['Fastify 5', fastify],
  ['Fastify 5.0', fastify50],
] as const;

/** Answers what it got, and what the guard left on the request. */
export async function echo(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return reply.code(201).send({ body: request.body, toxicity: request.toxicity ?? null });
}

/** An application of nothing but an error handler that tells what reached it. */
export function bare(create: typeof fastify): FastifyInstance {
  const app = create();
  app.setErrorHandler((error: Error & { code?: string; statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send({ caught: error.code ?? error.name, message: error.message }),
  );
  return app;
}

/** A guarded application that echoes `/comments`. */
export function guarded(create: typeof fastify, options: ToxicityGuardOptions = {}): FastifyInstance {
  const app = bare(create);
  app.register(toxicityGuard, { classifier: wordClassifier(), ...options });
  app.post('/comments', echo);
  return app;
}

/** Writes a context inside another. */
export function within(app: FastifyInstance, write: (child: FastifyInstance) => void, prefix = ''): void {
  app.register(
    (child, _options, done) => {
      write(child);
      done();
    },
    { prefix },
  );
}

/** What a test sends: a string as it is, a form in the form's own encoding, anything else as JSON. */
export type Sent = string | FormData | URLSearchParams | object;

/** How a test asks a server. */
export type Ask = (
  method: string,
  path: string,
  sent?: Sent,
  headers?: Record<string, string>,
) => Promise<{ status: number; headers: IncomingHttpHeaders; text: string; body: ReturnType<JSON['parse']> }>;

/** Lets an application listen until the test ends, and gives what asks it over HTTP. */
export async function listen(app: FastifyInstance): Promise<Ask> {
  onTestFinished(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return async (method, path, sent, headers = {}) => {
    const { type, bytes } = await encode(sent);
    // A connection of its own for each, because the server waits at its end for those that are kept open.
    const asked = request(url + path, {
      agent: false,
      method,
      headers: {
        ...(type !== null && { 'content-type': type }),
        ...(bytes.length > 0 && !('transfer-encoding' in headers) && { 'content-length': bytes.length }),
        ...headers,
      },
    });
    asked.end(bytes);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const body = await text(response);
    return {
      status: response.statusCode as number,
      headers: response.headers,
      text: body,
      body: body.startsWith('{') ? JSON.parse(body) : body,
    };
  };
}

async function encode(sent: Sent | undefined): Promise<{ type: string | null; bytes: Buffer }> {
  if (sent === undefined) return { type: null, bytes: Buffer.alloc(0) };
  const isEncoded = typeof sent === 'string' || sent instanceof FormData || sent instanceof URLSearchParams;
  const body = isEncoded ? new Response(sent) : Response.json(sent);
  return { type: body.headers.get('content-type'), bytes: Buffer.from(await body.arrayBuffer()) };
}

/** A form whose texts and files come in this order. */
export function form(parts: Record<string, string | string[] | Blob>): FormData {
  const sent = new FormData();
  for (const [name, values] of Object.entries(parts)) {
    for (const value of [values].flat()) sent.append(name, value);
  }
  return sent;
}

/** A promise and what settles it. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
