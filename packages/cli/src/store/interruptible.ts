import type { KeyvLike } from '@toxicity-guard/core';

/** All of it: what is left out, core does key by key. */
type Store = Required<Omit<KeyvLike, 'on'>>;
type Call = (...given: readonly unknown[]) => unknown;

/** A store whose calls fail once the signal aborts, those under way too: what works on it then stops. */
export function interruptible(keyv: Store, signal: AbortSignal): Store {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  const method = (name: keyof Store): Call => {
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
    deleteMany: method('deleteMany'),
    has: method('has'),
  };
}
