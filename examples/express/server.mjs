// Starts the example on PORT (default 3000): PORT=8080 npm start
import { createClassifier } from '@toxicity-guard/core';
import { toxicityGuard } from '@toxicity-guard/express';
import express from 'express';

const app = express();
const comments = [];
// One for both guards below, or each of them loads a model.
const classifier = createClassifier();
// Loaded before the first request, so that none waits for it, and a broken model is known at once.
await classifier.ready();

app.use(express.json());

// A toxic comment does not get here.
app.post('/comments', toxicityGuard({ classifier }), (req, res) => {
  const comment = req.body?.comment;
  if (typeof comment !== 'string') return res.sendStatus(400);
  comments.push(comment);
  return res.status(201).json({ flagged: req.toxicity?.action === 'flag' });
});

app.get('/comments', (_req, res) => res.json(comments));

// A report quotes what it is about, so it is only marked.
app.post('/reports', toxicityGuard({ classifier, mode: 'flag' }), (req, res) => {
  res.json({ urgent: req.toxicity?.action === 'flag' });
});

const server = app.listen(Number(process.env.PORT || 3000), () => {
  console.log(`The example answers at http://localhost:${server.address().port}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => classifier.close()));
}
