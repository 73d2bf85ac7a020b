import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { PerspectiveOptions } from '@toxicity-guard/core';
import { perspectiveApi as forExpress, toxicityGuard as guardOfExpress } from '@toxicity-guard/express';
import { perspectiveApi as forFastify, toxicityGuard as guardOfFastify } from '@toxicity-guard/fastify';
import express5 from 'express';
import express4 from 'express4';
import fastify from 'fastify';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server with the API below a prefix, which may be empty, and a guard behind it. */
export type StartServer = (options: PerspectiveOptions, prefix?: string) => Promise<RunningServer>;

const onExpress =
  (express: typeof express5): StartServer =>
  async (options, prefix = '') => {
    const app = express();
    const api = forExpress(options);
    const guard = guardOfExpress({ classifier: options.classifier });
    app.use(prefix || '/', api);
    app.use(express.json(), guard);
    app.post('/comments', (_req, res) => void res.sendStatus(201));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async stop() {
        server.closeAllConnections();
        server.close();
        await Promise.all([once(server, 'close'), api.close(), guard.close()]);
      },
    };
  };

const onFastify: StartServer = async (options, prefix = '') => {
  const app = fastify({ forceCloseConnections: true });
  app.register(guardOfFastify, { classifier: options.classifier });
  app.register(forFastify, { ...options, prefix });
  app.post('/comments', async (_request, reply) => reply.code(201).send());
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), stop: () => app.close() };
};

/** Every server that has the API. */
export const SERVERS: readonly (readonly [name: string, start: StartServer])[] = [
  ['Express 5', onExpress(express5)],
  ['Express 4', onExpress(express4)],
  ['Fastify 5', onFastify],
];
