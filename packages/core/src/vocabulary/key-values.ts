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
   * Keyv hides a failed read as `undefined`: so a caller that knows of a key asks {@link isAbsent} about it, or
   * {@link getSurely} for all.
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

  /** As {@link getMany}, but it throws where a value could not be read: `undefined` is a key without one. */
  async getSurely(keys: readonly string[]): Promise<unknown[]> {
    const values = await this.getMany(keys);
    const missing = keys.filter((_, index) => values[index] === undefined);
    const isAbsent = await eachOf(missing, CONCURRENCY, (key) => this.isAbsent(key));
    if (isAbsent.includes(false)) throw new Error('A value could not be read');
    return values;
  }

  /** The value of a key; `undefined` only where the store is sure that there is none. */
  async get(key: string): Promise<unknown> {
    return (await this.getSurely([key]))[0];
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
      await this.write(() =>
        setMany.call(
          this.keyv,
          batch.map(([key, value]) => ({ key, value, ttl: 0 })),
        ),
      );
    }
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.write(() => (this.keyv.set as Set)(key, value, 0));
  }

  async delete(keys: readonly string[]): Promise<void> {
    await this.write(async () => {
      // What is answered only says whether there was something to delete.
      if (typeof this.keyv.deleteMany === 'function') await this.keyv.deleteMany([...keys]);
      else await eachOf(keys, CONCURRENCY, async (key) => await this.keyv.delete(key));
    });
  }

  /** Some adapters answer a write that failed as any other, and only raise an `error`. */
  private async write(work: () => unknown): Promise<void> {
    const { errors } = this.heard;
    const written = await work();
    const isWritten = written !== false && !(Array.isArray(written) && written.includes(false));
    if (!isWritten || this.heard.errors !== errors) throw new Error('The store did not write a value');
  }
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
