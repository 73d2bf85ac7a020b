import {
  createPerspectiveApi,
  PERSPECTIVE_BODY_LIMIT,
  PERSPECTIVE_ROUTES,
  type PerspectiveOptions,
  type PerspectiveRequest,
} from '@toxicity-guard/core';
import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  RegisterOptions,
} from 'fastify';

/**
 * A plugin for Fastify 5 that answers the paths of Google's Perspective API: `comments:analyze`,
 * `comments:suggestscore` and the discovery document. It reads bodies by itself, whatever type they announce, and a
 * guard of the same application leaves its routes alone. The model is loaded when the application gets ready.
 *
 * @throws {TypeError} while it is registered, for an option that is unknown or wrong.
 *
 * @example
 * app.register(perspectiveApi, { keys: ['a key of ours'] })
 * // POST /v1alpha1/comments:analyze?key=a%20key%20of%20ours
 */
export const perspectiveApi: FastifyPluginAsync<PerspectiveOptions & RegisterOptions> = async (
  fastify: FastifyInstance,
  { prefix: _prefix, logLevel: _level, logSerializers: _serializers, ...options },
) => {
  const api = createPerspectiveApi(options);
  fastify.addHook('onReady', async () => void (await api.ready()));
  fastify.addHook('onClose', () => api.close());

  async function answer(
    operation: PerspectiveRequest['operation'],
    request: FastifyRequest,
    reply: FastifyReply,
    bodyMissing?: PerspectiveRequest['bodyMissing'],
  ): Promise<FastifyReply> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { status, headers, body } = await api.answer(
      {
        operation,
        body: request.body,
        bodyMissing,
        query: request.query,
        headers: request.headers,
        rootUrl: `${request.protocol}://${request.host}${fastify.prefix}`,
      },
      { signal: gone.signal },
    );
    return reply.code(status).headers(headers).send(body);
  }

  // Of this context alone: those of the application stay as they are.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const { method, path, operation } of PERSPECTIVE_ROUTES) {
    fastify.route({
      method,
      // A single colon would begin a parameter.
      url: path.replaceAll(':', '::'),
      bodyLimit: PERSPECTIVE_BODY_LIMIT,
      config: { toxicity: false },
      handler: (request, reply) => answer(operation, request, reply),
      errorHandler: (error: FastifyError, request, reply) => {
        // What a hook of the application threw is for the application.
        if (!error.code?.startsWith('FST_ERR_CTP_')) throw error;
        const isTooLong = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
        return answer(operation, request, reply, isTooLong ? 'too long' : 'broken off');
      },
    });
  }
};
