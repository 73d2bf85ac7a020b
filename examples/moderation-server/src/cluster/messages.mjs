import { Refusal } from '../settings/refusal.mjs';

const TAG = 'moderation-server';

/**
 * One end of the channel between the primary and a worker: tells the other end something, or asks it. What is
 * told or asked arrives at the function of that name in `handlers`; what that gives or throws is the answer.
 *
 * @param end a `ChildProcess`, or `process` in a worker.
 */
export function createMessages(end, handlers) {
  const waiting = new Map();
  let last = 0;

  const send = (message) => {
    // The other end may be gone before this one knows it. Nobody is left to be told then.
    if (end.connected) end.send({ tag: TAG, ...message }, () => {});
  };

  end.on('message', (message) => {
    // The channel carries other modules' messages too.
    if (message?.tag !== TAG) return;
    if (message.name === undefined) settle(message);
    else void answer(message);
  });
  end.once('disconnect', () => {
    for (const id of [...waiting.keys()])
      settle({ id, error: { gone: true, message: 'The process has ended.' } });
  });

  async function answer({ id, name, value }) {
    try {
      const result = await handlers[name](value);
      if (id !== undefined) send({ id, value: result });
    } catch (error) {
      // A refusal is a sentence for the caller; anything else is a mistake, and its message may hold anything.
      const isRefusal = error instanceof Refusal;
      if (id !== undefined) send({ id, error: { message: isRefusal ? error.message : `${name} failed.` } });
      if (!isRefusal) handlers.onError?.(error);
    }
  }

  function settle({ id, value, error }) {
    const { resolve, reject, timer } = waiting.get(id) ?? {};
    if (!waiting.delete(id)) return;
    clearTimeout(timer);
    if (error === undefined) resolve(value);
    else reject(Object.assign(new Refusal(error.message), { gone: error.gone === true }));
  }

  return {
    tell(name, value) {
      send({ name, value });
    },
    /** Rejects with a {@link Refusal}: the other end's own, or one that is `gone` where it ended or kept silent. */
    ask(name, value, timeoutMs = 5000) {
      return new Promise((resolve, reject) => {
        const id = ++last;
        const error = { gone: true, message: `${name} was not answered in ${timeoutMs} ms.` };
        const timer = setTimeout(settle, timeoutMs, { id, error });
        waiting.set(id, { resolve, reject, timer });
        if (end.connected) send({ id, name, value });
        else settle({ id, error });
      });
    },
  };
}
