import { codeOf } from '../code-of.mjs';
import { log } from '../log.mjs';
import { jobIdOf } from '../queues.mjs';

/**
 * Makes an Express middleware that lets a comment pass at once and has it judged later.
 *
 * @param hold keeps the request's comment as pending and gives its `{ id, text }`, or `undefined` where there is
 * none. It comes first, so that no verdict arrives before its comment.
 * @param release forgets one that could not be queued. Its sender gets a 503.
 */
export function queueGuard({ queue, hold, release }) {
  return async (req, res, next) => {
    const comment = await hold(req);
    if (comment === undefined) return next();
    try {
      await queue.add('judge', comment, { jobId: jobIdOf(comment.id) });
    } catch (error) {
      log('not queued', { code: codeOf(error) });
      await release(comment.id);
      const problem = {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        code: 'QUEUE_UNAVAILABLE',
      };
      return res.status(503).set('Retry-After', '5').type('application/problem+json').json(problem);
    }
    req.pending = comment.id;
    next();
  };
}
