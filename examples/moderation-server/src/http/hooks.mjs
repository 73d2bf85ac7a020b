/** Nothing on the page comes from elsewhere, and nothing may frame it. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** What every answer has and every request is counted as. */
export function addHooks(app, { connections, metrics, service }) {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
  });
  app.addHook('onSend', async (request, reply) => {
    if (service.stopping || connections.closes(request.raw)) reply.header('Connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the path, which holds what the sender wrote. What no route takes has none.
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? 'none';
    const durationMs = Math.round(reply.elapsedTime * 1000) / 1000;
    const status = reply.statusCode;
    metrics.answered({ route, method, status, durationMs });
    request.log[status >= 500 ? 'error' : 'info']({ method, route, status, durationMs }, 'Answered');
  });
}
