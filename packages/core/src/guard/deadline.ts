import { ToxicityGuardError } from '../errors.js';

/**
 * Runs `work` under a deadline and under the caller's signal. Whichever ends first ends the wait at once; `work`
 * is told through the signal it is given.
 *
 * @throws {ToxicityGuardError} `DEADLINE_EXCEEDED`, `ABORTED`.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const expire = () =>
    controller.abort(
      new ToxicityGuardError('DEADLINE_EXCEEDED', `The request was not judged within ${deadlineMs} ms.`),
    );
  const abandon = () =>
    controller.abort(new ToxicityGuardError('ABORTED', 'The request was given up before it was judged.'));
  const timer = setTimeout(expire, deadlineMs);
  outer?.addEventListener('abort', abandon, { once: true });
  if (outer?.aborted) abandon();
  try {
    signal.throwIfAborted();
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      work(signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abandon);
  }
}
