import {
  createGuard,
  type Decision,
  type Guard,
  type GuardOptions,
  markOf,
  mistakeOf,
} from '@toxicity-guard/core';
import type { ToxicityGuardOptions, toxicityGuard } from '@toxicity-guard/express';
import type { NextFunction, Request, Response } from 'express';
import express4 from 'express4';
import { toGuardRequest } from '../../../packages/express/src/request.js';
import type { Harness } from '../harness.js';
import { expressHarness } from '../harnesses/express.js';

/** The steps of an adapter, each of which one that is wrong on purpose may take wrongly. */
export interface Steps {
  options(options: GuardOptions): GuardOptions;
  skips(skip: ToxicityGuardOptions['skip'], req: Request): unknown;
  judge(guard: Guard, req: Request, signal: AbortSignal): Promise<Decision>;
  mark(req: Request, decision: Decision): void;
  /** What is done with the decision; the sound one goes on, tells a mistake, or refuses. */
  settle(decision: Decision, go: Going): unknown;
  refuse(decision: Decision, res: Response, req: Request): void;
  /** What becomes of the promise of all this. */
  end(promise: Promise<unknown>, next: NextFunction): void;
  close(guard: Guard, options: GuardOptions): Promise<void>;
}

interface Going {
  readonly req: Request;
  readonly res: Response;
  readonly next: NextFunction;
  refuse(): unknown;
}

const sound: Steps = {
  options: (options) => options,
  skips: (skip, req) => skip?.(req),
  judge: (guard, req, signal) => guard.judge(toGuardRequest(req), { signal }),
  mark(req, decision) {
    const mark = markOf(req.toxicity, decision);
    if (mark !== undefined) req.toxicity = mark;
  },
  settle(decision, { res, next, refuse }) {
    if (decision.problem === null) return next();
    if (res.destroyed) return undefined;
    const mistake = mistakeOf(decision);
    return mistake === null ? refuse() : next(mistake);
  },
  refuse({ problem, retryAfter, status }, res) {
    if (retryAfter !== null) res.setHeader('Retry-After', String(retryAfter));
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    res.statusCode = status ?? 500;
    res.end(JSON.stringify(problem));
  },
  end: (promise, next) => void promise.catch(next),
  close: (guard) => guard.close(),
};

/** A harness of an adapter for Express 4, which forgives least, that takes some steps otherwise. */
export function thinHarness(name: string, wrong: Partial<Steps> = {}): Harness {
  const steps: Steps = { ...sound, ...wrong };
  const guardWith: typeof toxicityGuard = ({ skip, handler, ...options } = {}) => {
    const guard = createGuard(steps.options(options));
    const judged = new WeakSet<Request>();
    async function run(req: Request, res: Response, next: NextFunction): Promise<unknown> {
      if ((await steps.skips(skip, req)) || judged.has(req)) return next();
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      const decision = await steps.judge(guard, req, gone.signal);
      judged.add(req);
      steps.mark(req, decision);
      const refuse = () =>
        handler === undefined ? steps.refuse(decision, res, req) : handler(decision, req, res, next);
      return await steps.settle(decision, { req, res, next, refuse });
    }
    return Object.assign(
      (req: Request, res: Response, next: NextFunction) => steps.end(run(req, res, next), next),
      { ready: () => guard.ready(), close: () => steps.close(guard, options) },
    );
  };
  return expressHarness(name, express4, guardWith);
}
