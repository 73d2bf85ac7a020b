import { createGuard, type Decision, type ModelInfo, markOf, mistakeOf } from '@toxicity-guard/core';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { JudgedRequests } from './judged-requests.js';
import { splitOptions, type ToxicityGuardOptions } from './options.js';
import { toGuardRequest } from './request.js';

declare global {
  namespace Express {
    interface Request {
      /** What the guard decided of a request that it let pass; absent in `shadow` and where there was no text. */
      toxicity?: Decision;
    }
  }
}

/** The middleware that {@link toxicityGuard} makes. */
export interface ToxicityMiddleware extends RequestHandler {
  /** Loads the model, which otherwise waits for the first text. Rejects where it cannot be read. */
  ready(): Promise<ModelInfo>;
  /** Waits for the judgements under way and releases the model, unless the classifier is yours. */
  close(): Promise<void>;
}

const HINTS = {
  parser: 'Mount `app.use(express.json())`, or the parser of your bodies, before `app.use(toxicityGuard())`.',
  upload:
    'Mount `toxicityGuard()` on the route, after multer: `app.post(path, upload.none(), toxicityGuard(), …)`.',
};

/**
 * Makes a middleware for Express 4 and 5 that judges the texts of a request before its handler runs. Mount it
 * after the body parser.
 *
 * @throws {TypeError} for an option that is unknown or wrong.
 *
 * @example
 * app.use(express.json())
 * app.use(toxicityGuard())
 * app.post('/comments', (req, res) => res.status(201).json(req.body))
 */
export function toxicityGuard(options: ToxicityGuardOptions = {}): ToxicityMiddleware {
  const { skip, handler = refuse, guardOptions } = splitOptions(options);
  const guard = createGuard(guardOptions, HINTS);
  const judged = new JudgedRequests();

  async function middleware(req: Request, res: Response, next: NextFunction): Promise<void> {
    if ((await skip?.(req)) || judged.has(req)) return next();
    const decision = await judge(req, res);
    judged.add(req);
    const mark = markOf(req.toxicity, decision);
    if (mark !== undefined) req.toxicity = mark;
    if (decision.problem === null) return next();
    // The client has gone, or somebody has answered in the meantime: there is nothing left to say.
    if (res.destroyed || res.headersSent) return;
    const mistake = mistakeOf(decision);
    if (mistake !== null) return next(mistake);
    await handler(decision, req, res, next);
  }

  async function judge(req: Request, res: Response): Promise<Decision> {
    const gone = new AbortController();
    const abort = () => gone.abort();
    // The response, because a request also closes when it has been read.
    res.once('close', abort);
    try {
      return await guard.judge(toGuardRequest(req), { signal: gone.signal });
    } finally {
      res.off('close', abort);
    }
  }

  return Object.assign(
    // Express 4 does not look at the promise of a middleware: a rejection would end the process.
    ((req, res, next) => void middleware(req, res, next).catch(next)) satisfies RequestHandler,
    { ready: () => guard.ready(), close: () => guard.close() },
  );
}

function refuse(decision: Decision, _req: Request, res: Response): void {
  const { problem, retryAfter, status } = decision;
  if (retryAfter !== null) res.setHeader('Retry-After', String(retryAfter));
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.statusCode = status ?? 500;
  res.end(JSON.stringify(problem));
}
