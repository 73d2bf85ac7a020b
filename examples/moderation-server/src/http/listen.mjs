import { once } from 'node:events';
import { Refusal } from '../settings/refusal.mjs';

/** Has a server listen and gives its address. Fastify's own `listen` would take its closing over too. */
export async function listen(server, { port, host }) {
  server.listen({ port, ...(host !== undefined && { host }) });
  await once(server, 'listening');
  return server.address();
}

/** A failure at the start in a sentence. */
export function sentenceOf(error, { port }) {
  if (error instanceof Refusal) return error.message;
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is in use. Choose another one: PORT=${port + 1} npm start`;
  if (error.syscall === 'listen' || error.syscall === 'bind')
    return `Port ${port} cannot be opened: ${error.message}`;
  return error.stack;
}
