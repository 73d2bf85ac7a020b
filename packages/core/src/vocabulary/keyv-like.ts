/**
 * What a vocabulary needs of a key-value store: a `Keyv` of version 5 or 6 has it, and so has a `Map`, or an
 * object of three functions around any database. Each may answer at once or with a promise.
 */
export interface KeyvLike {
  /** The value of a key, `undefined` or `null` where it has none. A failure must be thrown. */
  get(key: string): unknown;
  /**
   * Writes a value: a string, a Buffer, or an array or object of such and numbers.
   *
   * @param ttl milliseconds until it lapses; 0 for never, whatever the store's default.
   * @returns `false` where it failed; anything else where it did not.
   */
  set(key: string, value: never, ttl?: number): unknown;
  /** Removes a key; what it answers does not matter. */
  delete(key: string): unknown;
  /** The values of many keys, in order. Without it each is got by itself, a few at a time. */
  getMany?(keys: string[]): unknown;
  /** Writes many values. Without it each is set by itself, a few at a time. */
  setMany?(entries: never): unknown;
  /** Removes many keys. Without it each is removed by itself, a few at a time. */
  deleteMany?(keys: string[]): unknown;
  /** Whether a key has a value; throws where it cannot be told. Asked about a key that should have one. */
  has?(key: string): unknown;
  /** Tells of `error`, which some stores raise apart from any call. */
  on?(event: never, listener: never): unknown;
}
