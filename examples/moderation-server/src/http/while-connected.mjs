/** A signal that aborts when the client goes before it has its answer. */
export function whileConnected(reply) {
  const controller = new AbortController();
  // The response, because a request also closes when it has been read.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller;
}
