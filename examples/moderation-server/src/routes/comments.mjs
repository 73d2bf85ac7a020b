import { Problem } from '../http/problem.mjs';
import { schemas } from './schemas.mjs';

const { object, json, problem } = schemas;
const comment = object({
  id: { type: 'string' },
  comment: { type: 'string' },
  flagged: { type: 'boolean' },
  posted: { type: 'string', format: 'date-time' },
});

/** What a site would write. A toxic comment does not get past the guard. */
export function commentRoutes(app, { primary }) {
  app.get('/comments', {
    schema: {
      tags: ['comments'],
      summary: 'The last comments, the newest first',
      response: { 200: json('The comments', { type: 'array', items: comment }) },
    },
    // They are the primary's, since each worker sees only some of the posts.
    handler: () => primary.ask('listComments'),
  });

  app.post('/comments', {
    bodyLimit: 100_000,
    config: { toxicity: {} },
    schema: {
      tags: ['comments'],
      summary: 'Post a comment',
      body: { type: 'object', properties: { comment: { type: 'string' } }, required: ['comment'] },
      response: {
        201: json('The stored comment', comment),
        ...Object.fromEntries([400, 413, 415, 422, 503].map((status) => [status, problem])),
      },
    },
    async handler(request, reply) {
      const text = request.body.comment.trim();
      if (text === '') throw new Problem(400, 'The comment is empty.');
      const flagged = request.toxicity?.action === 'flag';
      const stored = { id: crypto.randomUUID(), comment: text, flagged, posted: new Date().toISOString() };
      await primary.ask('addComment', stored);
      return reply.code(201).header('Location', `/comments/${stored.id}`).send(stored);
    },
  });
}
