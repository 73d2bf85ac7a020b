import type { KeyvLike } from '@toxicity-guard/core';

type Call = (...given: readonly unknown[]) => unknown;

/** A store whose calls fail once the signal aborts, those under way too: what works on it then stops. */
export function interruptible(keyv: KeyvLike, signal: AbortSignal): KeyvLike {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  const method = (name: keyof KeyvLike): Call => {
    const call = keyv[name] as Call;
    return async (...given) => {
      signal.throwIfAborted();
      return await Promise.race([call.apply(keyv, [...given]), aborted]);
    };
  };
  return {
    get: method('get'),
    set: method('set'),
    delete: method('delete'),
    getMany: method('getMany'),
    setMany: method('setMany'),
    has: method('has'),
  };
}
