import Keyv from 'keyv';
import { expect, it } from 'vitest';
import { interruptible } from '../src/store/interruptible.js';

it('hands on what works on many keys at once, and fails with the signal', async () => {
  const calls: string[] = [];
  class Watched extends Map<string, unknown> {
    setMany(entries: readonly { key: string; value: unknown }[]): void {
      calls.push(`setMany ${entries.length}`);
      for (const { key, value } of entries) this.set(key, value);
    }
    getMany(keys: readonly string[]): unknown[] {
      calls.push(`getMany ${keys.length}`);
      return keys.map((key) => this.get(key));
    }
    deleteMany(keys: readonly string[]): boolean {
      calls.push(`deleteMany ${keys.length}`);
      return keys.map((key) => this.delete(key)).includes(true);
    }
  }
  const interrupt = new AbortController();
  const store = interruptible(new Keyv({ store: new Watched() }), interrupt.signal);
  await store.setMany([
    { key: 'one', value: 1 },
    { key: 'two', value: 2 },
  ] as never);
  expect(await store.getMany(['one', 'two', 'three'])).toEqual([1, 2, undefined]);
  await store.deleteMany(['one', 'two']);
  expect(await store.has('one')).toBe(false);
  expect(calls).toEqual(['setMany 2', 'getMany 3', 'deleteMany 2']);

  const never = new Keyv({ store: Object.assign(new Map(), { get: () => new Promise(() => {}) }) });
  const waiting = interruptible(never, interrupt.signal).get('one');
  interrupt.abort();
  await expect(waiting).rejects.toBe(interrupt.signal.reason);
  await expect(store.get('one')).rejects.toBe(interrupt.signal.reason);
});
