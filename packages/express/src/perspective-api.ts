import {
  createPerspectiveApi,
  type ModelInfo,
  PERSPECTIVE_BODY_LIMIT,
  PERSPECTIVE_ROUTES,
  type PerspectiveOptions,
  type PerspectiveRequest,
} from '@toxicity-guard/core';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** The middleware that {@link perspectiveApi} makes. */
export interface PerspectiveMiddleware extends RequestHandler {
  /** Loads the model, which otherwise waits for the first request. Rejects where it cannot be read. */
  ready(): Promise<ModelInfo>;
  /** Releases the model, unless the classifier is yours. */
  close(): Promise<void>;
}

/**
 * Makes a middleware for Express 4 and 5 that answers the paths of Google's Perspective API, `comments:analyze`,
 * `comments:suggestscore` and the discovery document, and lets every other request pass. Mount it before body
 * parsers and guards: it reads the body by itself, whatever type it announces.
 *
 * @throws {TypeError} for an option that is unknown or wrong.
 *
 * @example
 * app.use(perspectiveApi({ keys: ['a key of ours'] }))
 * // POST /v1alpha1/comments:analyze?key=a%20key%20of%20ours
 */
export function perspectiveApi(options: PerspectiveOptions = {}): PerspectiveMiddleware {
  const api = createPerspectiveApi(options);

  async function middleware(req: Request, res: Response, next: NextFunction): Promise<void> {
    // Compared and not routed: the colon would begin a parameter in a route's pattern.
    const route = PERSPECTIVE_ROUTES.find(({ method, path }) => method === req.method && path === req.path);
    if (route === undefined) return next();
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const request: PerspectiveRequest = {
      operation: route.operation,
      query: req.query,
      headers: req.headers,
      rootUrl: `${req.protocol}://${req.get('host') ?? ''}${req.baseUrl}`,
      ...(await bodyOf(req)),
    };
    const { status, headers, body } = await api.answer(request, { signal: gone.signal });
    // The client has gone, or somebody has answered in the meantime: there is nothing left to say.
    if (res.destroyed || res.headersSent) return;
    // What was not read of a body that is too long must not be taken for the next request.
    if (request.bodyMissing !== undefined) res.setHeader('Connection', 'close');
    res.writeHead(status, headers).end(body);
  }

  return Object.assign(
    // Express 4 does not look at the promise of a middleware: a rejection would end the process.
    ((req, res, next) => void middleware(req, res, next).catch(next)) satisfies RequestHandler,
    { ready: () => api.ready(), close: () => api.close() },
  );
}

/** The bytes of the body, or what a parser that ran before has made of them. */
async function bodyOf(req: Request): Promise<Pick<PerspectiveRequest, 'body' | 'bodyMissing'>> {
  if (req.method === 'GET') return {};
  if (req.readableDidRead || req.readableEnded) return { body: req.body };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > PERSPECTIVE_BODY_LIMIT) return { bodyMissing: 'too long' };
      chunks.push(chunk);
    }
  } catch {
    return { bodyMissing: 'broken off' };
  }
  return { body: Buffer.concat(chunks) };
}
