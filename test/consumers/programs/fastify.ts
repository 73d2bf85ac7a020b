import { perspectiveApi, type ToxicityGuardOptions, toxicityGuard } from '@toxicity-guard/fastify';
import fastify from 'fastify';

const [, , clean = '', toxic = ''] = process.argv;

async function main(): Promise<void> {
  const options: ToxicityGuardOptions = { skip: (request) => request.url === '/health' };
  const app = fastify();
  app.register(perspectiveApi);
  app.register(toxicityGuard, options);
  app.post('/', { config: { toxicity: { mode: 'reject' } } }, async (request) => request.toxicity?.action);
  for (const comment of [clean, toxic]) {
    const response = await app.inject({ method: 'POST', url: '/', payload: { comment } });
    console.log(response.statusCode === 422 ? 422 : response.body);
  }
  const response = await app.inject({
    method: 'POST',
    url: '/v1alpha1/comments:analyze',
    payload: { comment: { text: toxic }, requestedAttributes: { TOXICITY: {} } },
  });
  console.log(response.json().attributeScores.TOXICITY.summaryScore.value > 0.5);
  await app.close();
}

void main();
