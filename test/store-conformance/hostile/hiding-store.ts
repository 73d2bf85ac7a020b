import { EventEmitter } from 'node:events';

/** An adapter that answers every failure with nothing and raises an `error`, as `@keyv/redis` does. */
export class HidingStore extends EventEmitter {
  readonly rows = new Map<string, unknown>();
  failsReads: (key: string) => boolean = () => false;
  failsWrites: (key: string) => boolean = () => false;

  async get(key: string): Promise<unknown> {
    return this.failsReads(key) ? this.hide(undefined) : this.rows.get(key);
  }

  async getMany(keys: readonly string[]): Promise<unknown[]> {
    if (keys.some(this.failsReads)) return this.hide(keys.map(() => undefined));
    return keys.map((key) => this.rows.get(key));
  }

  async has(key: string): Promise<boolean> {
    return this.failsReads(key) ? this.hide(false) : this.rows.has(key);
  }

  async set(key: string, value: unknown): Promise<void> {
    if (this.failsWrites(key)) return this.hide(undefined);
    this.rows.set(key, value);
  }

  async setMany(entries: readonly { readonly key: string; readonly value: unknown }[]): Promise<void> {
    for (const { key, value } of entries) await this.set(key, value);
  }

  async delete(key: string): Promise<boolean> {
    return this.failsWrites(key) ? this.hide(false) : this.rows.delete(key);
  }

  clear(): never {
    throw new Error('The store was cleared.');
  }

  private hide<T>(answer: T): T {
    this.emit('error', new Error('down'));
    return answer;
  }
}
