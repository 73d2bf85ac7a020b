import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import {
  createGuard,
  type Decision,
  type Guard,
  type GuardOptions,
  judgeRequest,
  markOf,
} from '@toxicity-guard/core';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { echo, type Harness } from '../harness.js';

type Env = { Variables: { toxicity: Decision | undefined } };

/** `judgeRequest` as a middleware of Hono, which knows nothing of the guard. */
export const honoHarness: Harness = {
  name: 'judgeRequest in Hono',
  capabilities: {
    multipart: true,
    refusal: 'judgeRequest gives the decision, and the application answers as it likes',
    refusalPasses: 'judgeRequest gives the decision, and the application answers as it likes',
    stacking: true,
    judgesOnce: 'judgeRequest judges as often as it is called',
    answersUnsupported: true,
  },
  async create({ guard: options, own: ownOptions = options, times = 1, onHandled, onLog }) {
    const guards: Guard[] = [];
    const guarded = (given: GuardOptions): MiddlewareHandler<Env> => {
      const guard = createGuard(given);
      guards.push(guard);
      return async (c, next) => {
        const { decision, response } = await judgeRequest(guard, c.req.raw, {
          params: c.req.param(),
          maxBodyBytes: 5_000_000,
        });
        if (response !== null) return response;
        c.set('toxicity', markOf(c.get('toxicity'), decision));
        await next();
        return undefined;
      };
    };
    const handle = async (c: Context<Env>) => {
      const body = await bodyOf(c.req.raw);
      onHandled?.();
      return c.body(echo(body, c.get('toxicity')), 201, {
        'Content-Type': 'application/json; charset=utf-8',
      });
    };

    const app = new Hono<Env>();
    app.onError((error, c) => {
      onLog?.(inspect(error));
      return error instanceof HTTPException ? error.getResponse() : c.text('Internal Server Error', 500);
    });
    const guard = guarded(options);
    const own = guarded(ownOptions);
    for (const path of ['/comments', '/people/:name', '/uploads', '/both']) {
      for (let time = 0; time < times; time++) app.use(path, guard);
    }
    app.use('/own', own).use('/both', own);
    for (const path of ['/comments', '/people/:name', '/uploads', '/own', '/both', '/unguarded']) {
      app.all(path, handle);
    }

    const server = createAdaptorServer({ fetch: app.fetch });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async close() {
        await Promise.all(guards.map((each) => each.close()));
        if (server.listening) await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};

/** What a handler reads, as one that takes several types would. */
async function bodyOf(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (type.includes('form')) return Object.fromEntries((await request.formData()).entries());
  const text = await request.text();
  if (text === '' || !type.includes('json')) return text === '' ? null : text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HTTPException(400, { message: 'Malformed JSON', cause });
  }
}
