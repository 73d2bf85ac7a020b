import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import multipart from '@fastify/multipart';
import statics from '@fastify/static';
import swagger from '@fastify/swagger';
import * as guards from '@toxicity-guard/fastify';
import Fastify, { LogController } from 'fastify';
import { answerErrors } from './http/answer-errors.mjs';
import { Connections } from './http/connections.mjs';
import { addHooks } from './http/hooks.mjs';
import { DOCUMENT } from './openapi.mjs';
import { adminRoutes } from './routes/admin.mjs';
import { commentRoutes } from './routes/comments.mjs';
import { healthRoutes } from './routes/health.mjs';
import { operationRoutes } from './routes/operations.mjs';
import { predictRoutes } from './routes/predict.mjs';
import { predictFileRoute } from './routes/predict-file.mjs';
import { predictUrlRoute } from './routes/predict-url.mjs';
import { scoreRoutes } from './routes/scores.mjs';
import { sequenceRoute } from './routes/sequence-indexes.mjs';

/**
 * The server's application. Everything that judges shares `models`, so one model is in memory.
 *
 * @param context `{ settings, models, primary, metrics, log, service }`; `primary` answers what the workers share.
 */
export async function createApp(context) {
  const { settings, models, log } = context;
  const app = Fastify({
    loggerInstance: log,
    // One line an answer is enough, and it has no path in it.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.limits.bodyBytes,
    // A connection on which nothing moves: its client neither sends nor reads.
    connectionTimeout: 120_000,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    // Fastify's own writes what it could not read into the log.
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket),
  });
  const connections = new Connections(app.server, settings.limits);
  app.removeContentTypeParser('text/plain');
  const shared = { ...context, connections };
  addHooks(app, shared);
  answerErrors(app);

  await app.register(swagger, { openapi: DOCUMENT, hideUntagged: true });
  await app.register(statics, { root: fileURLToPath(new URL('../public', import.meta.url)) });
  // The page reads CSV as the server does.
  const csvParse = dirname(fileURLToPath(import.meta.resolve('csv-parse/browser/esm')));
  app.get('/csv-parse.js', { schema: { hide: true } }, (_request, reply) =>
    reply.sendFile('index.js', csvParse),
  );
  await app.register(multipart, { limits: { files: 1, fields: 10, fileSize: settings.limits.fileBytes } });
  await app.register(guards.toxicityGuard, { classifier: models.classifier, global: false });
  // Perspective's wire format, where the installed package has it.
  if (guards.perspectiveApi) await app.register(guards.perspectiveApi, { classifier: models.classifier });

  const routes = [healthRoutes, operationRoutes, adminRoutes, scoreRoutes, commentRoutes];
  routes.push(predictRoutes, predictFileRoute, predictUrlRoute, sequenceRoute);
  for (const add of routes) add(app, shared);
  await app.ready();
  return Object.assign(app, { connections });
}

function answerBrokenRequest({ code }, socket) {
  const status = code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  if (socket.writable && code !== 'ECONNRESET') {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  } else socket.destroy();
}
