import { fileURLToPath } from 'node:url';
import { createGuard } from '@toxicity-guard/core';
import { toxicityGuard } from '@toxicity-guard/express';
import express from 'express';
import { answerErrors, notFound, Problem, requireJson, securityHeaders } from './middleware.mjs';

const KEPT_COMMENTS = 50;

/** The example's application. Its guard and its live scores share one classifier, so one model is in memory. */
export function createApp(classifier, model) {
  const app = express();
  const comments = [];
  const guard = createGuard({ classifier });

  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url))));
  app.use(requireJson, express.json({ limit: '100kb' }));

  app.get('/model', (_request, response) => {
    response.json(model);
  });

  // Judged but not guarded: the page shows the scores of what is being typed.
  app.post('/scores', async (request, response) => {
    const text = readString(request.body, 'text');
    const { scores } = await classifier.classify(text);
    const { action, findings } = await guard.judge({ body: { text } });
    response.json({ scores, spans: findings.flatMap(({ spans }) => spans), action });
  });

  app.get('/comments', (_request, response) => {
    response.json(comments);
  });

  // What a site would write. A toxic comment does not get past the guard.
  app.post('/comments', toxicityGuard({ classifier }), (request, response) => {
    const comment = readString(request.body, 'comment').trim();
    if (comment === '') throw new Problem(400, 'The comment is empty.');
    const flagged = request.toxicity?.action === 'flag';
    const stored = { id: crypto.randomUUID(), comment, flagged, posted: new Date().toISOString() };
    comments.unshift(stored);
    comments.length = Math.min(comments.length, KEPT_COMMENTS);
    response.status(201).location(`/comments/${stored.id}`).json(stored);
  });

  app.use(notFound);
  app.use(answerErrors);
  return app;
}

function readString(body, key) {
  const value = body?.[key];
  if (typeof value !== 'string') throw new Problem(400, `The body is an object with a string \`${key}\`.`);
  return value;
}
