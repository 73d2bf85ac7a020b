import { type KeyvVocabulary, type KeyvVocabularyOptions, keyvVocabulary } from '@toxicity-guard/core';
import { expect } from 'vitest';
import { PATIENT } from './entries.js';
import type { StoreHarness, StoreUnderTest } from './harness.js';
import { heardBy } from './heard.js';
import { pushModel } from './models.js';

/** A store, and what a case does with it. */
export interface Scene extends StoreUnderTest {
  /** A vocabulary over it, closed with it. */
  vocabulary(options?: KeyvVocabularyOptions): KeyvVocabulary;
  /** Pushes the vocabulary of a model's folder and puts it in use. */
  pushModel(folder: string | undefined, version: string): Promise<void>;
}

/** Plays a scene with a store of its own. Nothing may be left that fails unheard, and the store is never cleared. */
export async function withStore(harness: StoreHarness, play: (scene: Scene) => Promise<void>): Promise<void> {
  const store = await harness.open();
  const { keyv, journal, quick } = store;
  const make = harness.vocabulary ?? keyvVocabulary;
  const vocabularies: KeyvVocabulary[] = [];
  try {
    const unheard = await heardBy(async () => {
      try {
        await play({
          ...store,
          vocabulary(options) {
            const vocabulary = make(keyv, { ...PATIENT, ...options });
            vocabularies.push(vocabulary);
            return vocabulary;
          },
          pushModel: (folder, version) => pushModel(quick, folder, version, { concurrency: 1_000 }),
        });
      } finally {
        for (const vocabulary of vocabularies) await vocabulary.close();
      }
    });
    expect(unheard).toEqual([]);
    expect(journal.wasCleared).toBe(false);
  } finally {
    await store.close();
  }
}
