import type { KeyvLike } from '../src/vocabulary/keyv-like.js';

/** What a store does when it is read. */
export type Fault = 'none' | 'throws' | 'hangs' | 'hides' | 'short';

/** A store in memory that counts how often it is read, and fails on demand. Only what is read fails. */
export class FaultyStore implements KeyvLike {
  readonly map = new Map<string, unknown>();
  fault: Fault = 'none';
  /** Round trips, and the keys of each. */
  readonly reads: string[][] = [];
  listeners = 0;

  get(key: string): unknown {
    return this.answer([key], (value) => value[0]);
  }

  getMany(keys: string[]): unknown {
    return this.answer(keys, (values) => values);
  }

  set(key: string, value: unknown): boolean {
    this.map.set(key, value);
    return true;
  }

  delete(key: string): boolean {
    return this.map.delete(key);
  }

  has(key: string): boolean {
    if (this.fault !== 'none') throw new Error('down');
    return this.map.has(key);
  }

  on(): void {
    this.listeners++;
  }

  private async answer(keys: string[], shape: (values: unknown[]) => unknown): Promise<unknown> {
    this.reads.push(keys);
    // Read as late as an answer of a database would be.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.fault === 'throws') throw new Error('down');
    if (this.fault === 'hangs') return await new Promise(() => {});
    if (this.fault === 'hides') return shape(keys.map(() => undefined));
    if (this.fault === 'short') return [];
    return shape(keys.map((key) => this.map.get(key)));
  }
}
