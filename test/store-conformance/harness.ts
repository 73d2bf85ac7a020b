import type { KeyvLike, keyvVocabulary } from '@toxicity-guard/core';
import type { Journal } from './journal.js';

/** What one kind of store brings to the suite. To add a store, write one of these. */
export interface StoreHarness {
  readonly name: string;
  readonly capabilities: StoreCapabilities;
  /** Opens a store that holds nothing. */
  open(): Promise<StoreUnderTest>;
  /** What makes vocabularies over it. Default: `keyvVocabulary`. */
  readonly vocabulary?: typeof keyvVocabulary;
}

/** What a store can do: `true`, or a sentence that says why it cannot. */
export interface StoreCapabilities {
  /** Answers for many keys in one round trip. */
  readonly manyKeys: true | string;
}

export interface StoreUnderTest {
  /** The store as a user hands it in. What reaches its adapter is in the journal. */
  readonly keyv: KeyvLike;
  readonly journal: Journal;
  /** Writes what `keyv` would, in a quicker way if it has one: for what a case does not look at. */
  readonly quick: KeyvLike;
  /** Something else in the same database: keys of its own that look like those of the store. */
  readonly neighbour: KeyvLike;
  /** Every key in the database. */
  keys(): Promise<string[]>;
  /** Removes what was written, by other means than the store's, and disconnects. */
  close(): Promise<void>;
}
