import type { Decision } from '../guard/decision.js';

/** The answer to a refused request, the same to the byte as the adapters'; `null` where it goes on. */
export function refusalOf({ problem, retryAfter }: Decision): Response | null {
  if (problem === null) return null;
  const headers = new Headers({
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
  if (retryAfter !== null) headers.set('Retry-After', String(retryAfter));
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
