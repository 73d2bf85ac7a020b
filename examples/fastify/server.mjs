// Starts the example on PORT (default 3000): PORT=8080 npm start
import { toxicityGuard } from '@toxicity-guard/fastify';
import Fastify from 'fastify';

const app = Fastify();
const comments = [];
await app.register(toxicityGuard);
// Loaded before the first request, so that none waits for it, and a broken model is known at once.
await app.toxicityGuard.ready();

const body = { type: 'object', required: ['comment'], properties: { comment: { type: 'string' } } };

// A toxic comment does not get here.
app.post('/comments', { schema: { body } }, async (request, reply) => {
  comments.push(request.body.comment);
  return reply.code(201).send({ flagged: request.toxicity?.action === 'flag' });
});

app.get('/comments', async () => comments);

// A report quotes what it is about, so it is only marked.
app.post('/reports', { schema: { body }, config: { toxicity: { mode: 'flag' } } }, async (request) => ({
  urgent: request.toxicity?.action === 'flag',
}));

// Machines talk here: nothing is judged.
app.post('/events', { config: { toxicity: false } }, async () => ({ received: true }));

const address = await app.listen({ port: Number(process.env.PORT || 3000) });
console.log(`The example answers at ${address}`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close());
