// Starts the site on PORT (default 3000). It has no model: the workers do.
import express from 'express';
import { connect } from './src/connect.mjs';
import { createComments } from './src/live/comments.mjs';
import { queueGuard } from './src/live/queue-guard.mjs';
import { verdictReceiver } from './src/live/verdict-receiver.mjs';
import { JUDGE, openQueue } from './src/queues.mjs';
import { readSettings } from './src/settings.mjs';

const settings = readSettings();
const app = express();
const comments = createComments();
const onVerdict = (verdict) => comments.settle(verdict);
app.post('/verdicts', verdictReceiver({ secret: settings.webhookSecret, onVerdict }));

const redis = connect(settings, { failFast: true });
const queue = openQueue(JUDGE, redis, settings);
await queue.waitUntilReady();

const guard = queueGuard({
  queue,
  hold(req) {
    const { id, text } = comments.hold(req.body.comment);
    return { id, text };
  },
  release: (id) => comments.release(id),
});
const validate = (req, res, next) => (typeof req.body?.comment === 'string' ? next() : res.sendStatus(400));

app.post('/comments', express.json(), validate, guard, (req, res) => {
  res.status(202).location(`/comments/${req.pending}`).json(comments.get(req.pending));
});
app.get('/comments', (_req, res) => res.json(comments.list()));
app.get('/comments/:id', (req, res) => {
  const comment = comments.get(req.params.id);
  return comment === undefined ? res.sendStatus(404) : res.json(comment);
});

const server = app.listen(settings.port, () => {
  console.log(`The example answers at http://localhost:${server.address().port}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => redis.disconnect()));
}
