import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { GuardOptions } from '@toxicity-guard/core';
import { type ToxicityGuardOptions, toxicityGuard } from '@toxicity-guard/express';
import express5, { type ErrorRequestHandler, type RequestHandler } from 'express';
import express4 from 'express4';
import multer from 'multer';
import { echo, type Harness, ownRefusal, type Plan } from '../harness.js';

/** A harness of one major of Express, with the adapter or with one in its place. */
export function expressHarness(
  name: string,
  express: typeof express5,
  guardWith: typeof toxicityGuard = toxicityGuard,
): Harness {
  return {
    name,
    capabilities: {
      multipart: true,
      refusal: true,
      refusalPasses: true,
      stacking: true,
      judgesOnce: true,
      answersUnsupported: true,
    },
    async create(plan) {
      const { onHandled, onLog, times = 1 } = plan;
      const guards: ReturnType<typeof toxicityGuard>[] = [];
      const guarded = (options: GuardOptions, skip?: ToxicityGuardOptions['skip']) => {
        const guard = guardWith({ ...options, skip, handler: handlerOf(plan.refusal) });
        guards.push(guard);
        return guard;
      };
      const guard = guarded(plan.guard);
      const own = guarded(plan.own ?? plan.guard);
      // The way to exempt a route from the application's guard.
      const exempt = ['/own', '/unguarded', '/uploads', '/people'];
      const everywhere = guarded(plan.guard, ({ path }) => exempt.some((start) => path.startsWith(start)));
      const handle: RequestHandler = (req, res) => {
        onHandled?.();
        res.status(201).type('json').send(echo(req.body, req.toxicity));
      };

      const app = express();
      app.disable('x-powered-by');
      app.use(express.json({ strict: false, limit: '5mb' }));
      app.use(express.urlencoded({ extended: true, limit: '5mb' }), express.text({ limit: '5mb' }));
      for (let time = 0; time < times; time++) app.use(everywhere);
      app.all('/comments', handle);
      app.all('/people/:name', guard, handle);
      app.all('/uploads', multer().any(), guard, handle);
      app.all('/own', own, handle);
      app.all('/both', own, handle);
      app.all('/unguarded', handle);
      const tell: ErrorRequestHandler = (error, _req, _res, next) => {
        onLog?.(inspect(error));
        next(error);
      };
      app.use(tell);

      const server = app.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async close() {
          await Promise.all(guards.map((each) => each.close()));
          // Those who are being answered are answered.
          if (server.listening) await new Promise((resolve) => server.close(resolve));
        },
      };
    },
  };
}

export const express5Harness = expressHarness('Express 5', express5);
export const express4Harness = expressHarness('Express 4', express4);

function handlerOf(refusal: Plan['refusal']): ToxicityGuardOptions['handler'] {
  switch (refusal) {
    case 'answers':
      return (decision, _req, res) => res.status(451).type('json').send(ownRefusal(decision));
    case 'throws':
      return () => {
        throw new RangeError('of the application');
      };
    case 'rejects':
      return () => Promise.reject(new RangeError('of the application'));
    case 'passes':
      return (_decision, _req, _res, next) => next();
    default:
      return undefined;
  }
}
