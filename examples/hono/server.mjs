// Starts the example on PORT (default 3000): PORT=8080 npm start
import { serve } from '@hono/node-server';
import { createClassifier, createGuard, judgeRequest } from '@toxicity-guard/core';
import { Hono } from 'hono';

const app = new Hono();
const comments = [];
// One for both guards below, or each of them loads a model.
const classifier = createClassifier();
// Loaded before the first request, so that none waits for it, and a broken model is known at once.
await classifier.ready();

const guarded = (guard) => async (c, next) => {
  const { decision, response } = await judgeRequest(guard, c.req.raw);
  if (response !== null) return response;
  c.set('toxicity', decision);
  return await next();
};

// A toxic comment does not get here. The body can still be read: a copy of it was judged.
app.post('/comments', guarded(createGuard({ classifier })), async (c) => {
  const { comment } = await c.req.json().catch(() => ({}));
  if (typeof comment !== 'string') return c.text('Bad Request', 400);
  comments.push(comment);
  return c.json({ flagged: c.get('toxicity').action === 'flag' }, 201);
});

app.get('/comments', (c) => c.json(comments));

// A report quotes what it is about, so it is only marked.
app.post('/reports', guarded(createGuard({ classifier, mode: 'flag' })), (c) =>
  c.json({ urgent: c.get('toxicity').action === 'flag' }),
);

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT || 3000) }, ({ port }) => {
  console.log(`The example answers at http://localhost:${port}`);
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => server.close(() => classifier.close()));
