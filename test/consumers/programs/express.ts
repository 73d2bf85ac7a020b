import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { perspectiveApi, type ToxicityGuardOptions, toxicityGuard } from '@toxicity-guard/express';
import express from 'express';

const [, , clean = '', toxic = ''] = process.argv;

async function main(): Promise<void> {
  const options: ToxicityGuardOptions = { skip: (req) => req.path === '/health' };
  const app = express();
  const guard = toxicityGuard(options);
  await guard.ready();
  app.use(perspectiveApi(), express.json(), guard);
  app.post('/', (req, res) => {
    res.send(req.toxicity?.action);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const comment of [clean, toxic]) {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ comment }),
    });
    const text = await response.text();
    console.log(response.status === 422 ? 422 : text);
  }
  const response = await fetch(`http://127.0.0.1:${port}/v1alpha1/comments:analyze`, {
    method: 'POST',
    body: JSON.stringify({ comment: { text: toxic }, requestedAttributes: { TOXICITY: {} } }),
  });
  const { attributeScores } = (await response.json()) as {
    attributeScores: { TOXICITY: { summaryScore: { value: number } } };
  };
  console.log(attributeScores.TOXICITY.summaryScore.value > 0.5);
  server.close();
  server.closeAllConnections();
}

void main();
