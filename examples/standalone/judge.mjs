// Judges lines without a web framework: echo 'Have a nice day' | node judge.mjs
import { createInterface } from 'node:readline';
import { createClassifier, createGuard } from '@toxicity-guard/core';

// The classifier scores texts. The guard decides on requests, whatever brought them, with the same classifier.
const classifier = createClassifier();
const guard = createGuard({ classifier, fields: ['/comment'] });

for await (const comment of createInterface({ input: process.stdin })) {
  const { scores } = await classifier.classify(comment);
  const { action, findings, status } = await guard.judge({ body: { comment } });
  const words = findings.flatMap(({ spans }) => spans.map(([start, end]) => comment.slice(start, end)));
  console.log(JSON.stringify({ action, status, toxic: Number(scores.toxic.toFixed(3)), words }));
}

await guard.close();
// It was made here, so it is closed here: a guard closes only a classifier of its own.
await classifier.close();
