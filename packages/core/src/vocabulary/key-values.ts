import type { KeyvLike } from './keyv-like.js';

/** Keys that are got or set at once from a store that takes one at a time. */
const CONCURRENCY = 16;

/** Stores that have a listener: one is enough, and many are taken for a leak. How many errors it has heard. */
const HEARD = new WeakMap<KeyvLike, { errors: number }>();

type SetMany = (entries: { key: string; value: unknown; ttl: number }[]) => unknown;
type Set = (key: string, value: unknown, ttl?: number) => unknown;
type On = (event: string, listener: () => void) => unknown;

/** A key-value store in which a failure is always thrown. */
export class KeyValues {
  private readonly heard: { readonly errors: number };

  constructor(private readonly keyv: KeyvLike) {
    const heard = HEARD.get(keyv) ?? { errors: 0 };
    this.heard = heard;
    if (HEARD.has(keyv)) return;
    HEARD.set(keyv, heard);
    // Without a listener the error of a connection that breaks ends the process. Calls tell of it all the same.
    (keyv.on as On | undefined)?.call(keyv, 'error', () => {
      heard.errors++;
    });
  }

  /**
   * The values of some keys, in order; `undefined` for those that have none.
   *
   * Keyv hides a failed read as `undefined`: so a caller that knows of a key asks {@link isAbsent} about it.
   */
  async getMany(keys: readonly string[]): Promise<unknown[]> {
    if (keys.length === 0) return [];
    if (typeof this.keyv.getMany !== 'function') {
      return await eachOf(keys, CONCURRENCY, async (key) => (await this.keyv.get(key)) ?? undefined);
    }
    const values = await this.keyv.getMany([...keys]);
    if (!Array.isArray(values) || values.length !== keys.length) {
      throw new TypeError('getMany gave something else than one value for each key');
    }
    return values.map((value) => value ?? undefined);
  }

  async get(key: string): Promise<unknown> {
    return (await this.getMany([key]))[0];
  }

  /** Whether a key that seemed to have no value truly has none; throws, or is `false`, where reading it failed. */
  async isAbsent(key: string): Promise<boolean> {
    const { errors } = this.heard;
    const isAbsent = typeof this.keyv.has !== 'function' || (await this.keyv.has(key)) === false;
    // Over an adapter without `has`, Keyv answers `false` to a failure too, and raises an `error`.
    return isAbsent && this.heard.errors === errors;
  }

  /** Writes values for good, `concurrency` at a time. */
  async setMany(entries: readonly (readonly [string, unknown])[], concurrency = CONCURRENCY): Promise<void> {
    const setMany = this.keyv.setMany as SetMany | undefined;
    if (typeof setMany !== 'function') {
      await eachOf(entries, concurrency, ([key, value]) => this.set(key, value));
      return;
    }
    for (let at = 0; at < entries.length; at += concurrency) {
      const batch = entries.slice(at, at + concurrency);
      const written = await setMany.call(
        this.keyv,
        batch.map(([key, value]) => ({ key, value, ttl: 0 })),
      );
      if (written === false || (Array.isArray(written) && written.includes(false))) throw notWritten();
    }
  }

  async set(key: string, value: unknown): Promise<void> {
    if ((await (this.keyv.set as Set)(key, value, 0)) === false) throw notWritten();
  }

  async delete(keys: readonly string[], concurrency = CONCURRENCY): Promise<void> {
    await eachOf(keys, concurrency, async (key) => await this.keyv.delete(key));
  }
}

function notWritten(): Error {
  return new Error('The store did not write a value');
}

/** Does something with each item, a few at a time, and gives the results in order; the first error ends it. */
export async function eachOf<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}
