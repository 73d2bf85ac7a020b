import {
  createClassifier,
  createGuard,
  type Decision,
  type GuardOptions,
  judgeRequest,
} from '@toxicity-guard/core';

const [, , clean = '', toxic = ''] = process.argv;

async function main(): Promise<void> {
  const classifier = createClassifier();
  await classifier.ready();
  const options: GuardOptions = { classifier, fields: ['/comment'], mode: 'reject' };
  const guard = createGuard(options);
  const decision: Decision = await guard.judge({ body: { comment: clean } });
  const request = new Request('http://localhost/', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ comment: toxic }),
  });
  const { response } = await judgeRequest(guard, request);
  console.log(decision.action, response?.status);
  await guard.close();
  await classifier.close();
}

void main();
