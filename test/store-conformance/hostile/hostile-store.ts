import type { KeyvLike } from '@toxicity-guard/core';
import Keyv from 'keyv';
import type { Fault } from './faults.js';

/** A store in memory that answers rightly until it is given a fault. */
export class HostileStore implements KeyvLike {
  readonly rows = new Map<string, unknown>();
  fault: Fault | undefined;

  getMany(keys: readonly string[]): unknown {
    const values = keys.map((key) => this.rows.get(key));
    return this.fault === undefined ? values : this.fault.answer(values);
  }

  async get(key: string): Promise<unknown> {
    const values = await this.getMany([key]);
    return Array.isArray(values) ? values[0] : values;
  }

  has(key: string): unknown {
    return this.fault === undefined ? this.rows.has(key) : this.fault.answer([true]);
  }

  set(key: string, value: unknown): boolean {
    this.rows.set(key, value);
    return true;
  }

  delete(key: string): boolean {
    return this.rows.delete(key);
  }

  clear(): never {
    throw new Error('The store was cleared.');
  }
}

/** The ways in which such a store is handed in. */
export const WRAPPINGS: readonly (readonly [string, (store: HostileStore) => KeyvLike])[] = [
  ['by itself', (store) => store],
  ['in a Keyv', (store) => new Keyv({ store })],
  ['in a Keyv that throws', (store) => new Keyv({ store, throwOnErrors: true })],
];
