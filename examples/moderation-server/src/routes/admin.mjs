import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '../http/problem.mjs';
import { schemas } from './schemas.mjs';

const { object, json, problem } = schemas;
const LONGEST_MS = 10 * 60_000;

/** Changes the model while requests go on. */
export function adminRoutes(app, { primary, settings }) {
  app.post('/admin/model', {
    schema: {
      tags: ['operations'],
      summary: 'Change over to another model',
      description:
        'Each worker loads it beside the one in use and tries it on the self-test; when all have, each takes it. Without a folder, the settings are read again, as at SIGHUP.',
      headers: { type: 'object', properties: { authorization: { type: 'string' } } },
      body: object({ model: { type: 'string', description: 'A folder on the server' } }, []),
      response: {
        200: json('The model that is now in use', object({ model: { type: 'string' } })),
        ...Object.fromEntries([400, 401, 403, 409].map((status) => [status, problem])),
      },
    },
    // Before the body is read.
    onRequest: async ({ headers }) => authorise(headers.authorization, settings.adminToken),
    async handler(request) {
      try {
        return { model: await primary.ask('switchModel', request.body.model, LONGEST_MS) };
      } catch (error) {
        throw new Problem(409, error.message);
      }
    },
  });
}

function authorise(given, token) {
  if (token === undefined) throw new Problem(403, 'The server has no `ADMIN_TOKEN`.');
  // Digests have one length, which the comparison needs, and betray nothing about the token's.
  const digest = (value) => createHash('sha256').update(value).digest();
  if (timingSafeEqual(digest(given ?? ''), digest(`Bearer ${token}`))) return;
  throw new Problem(401, 'The token is missing or wrong.', { 'WWW-Authenticate': 'Bearer' });
}
