import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, onTestFinished } from 'vitest';
import type { Classifier } from '../src/classifier/classification.js';
import { type ClassifierOptions, createClassifier } from '../src/classifier/classifier.js';
import { modelVocabulary } from '../src/model/vocabulary.js';
import type { KeyvLike } from '../src/vocabulary/keyv-like.js';
import {
  type KeyvVocabulary,
  type KeyvVocabularyOptions,
  keyvVocabulary,
} from '../src/vocabulary/keyv-vocabulary.js';
import { pushVocabulary } from '../src/vocabulary/push-vocabulary.js';
import { VOCABULARY_CHANNEL, type VocabularyMessage } from '../src/vocabulary/report.js';
import type { VocabularyEntry } from '../src/vocabulary/store.js';
import { useVersion } from '../src/vocabulary/versions.js';

/** Expects an error by its code. */
export function coded(code: string): object {
  return expect.objectContaining({ name: 'ToxicityGuardError', code });
}

/** Writes the vocabulary of a model's folder into a store and puts it in use. */
export async function pushModel(keyv: KeyvLike, folder?: string, version = '1'): Promise<void> {
  const { description, entries } = await modelVocabulary(folder);
  await pushVocabulary(keyv, entries, { ...description, version });
  await useVersion(keyv, version);
}

/** A vocabulary that is closed when the test is over. */
export function opened(keyv: KeyvLike, options?: KeyvVocabularyOptions): KeyvVocabulary {
  const vocabulary = keyvVocabulary(keyv, options);
  onTestFinished(() => vocabulary.close());
  return vocabulary;
}

/** A classifier that is closed when the test is over. */
export function made(options: ClassifierOptions): Classifier {
  const classifier = createClassifier(options);
  onTestFinished(() => classifier.close());
  return classifier;
}

/** Waits for a message of the channel. */
export function told(event: VocabularyMessage['event']): Promise<VocabularyMessage> {
  return new Promise((resolve) => {
    const hear = (message: unknown): void => {
      if ((message as VocabularyMessage).event !== event) return;
      unsubscribe(VOCABULARY_CHANNEL, hear);
      resolve(message as VocabularyMessage);
    };
    subscribe(VOCABULARY_CHANNEL, hear);
    onTestFinished(() => {
      unsubscribe(VOCABULARY_CHANNEL, hear);
    });
  });
}

/** Made-up words with vectors of two numbers. */
export function madeUp(count: number, first = 0): VocabularyEntry[] {
  return Array.from({ length: count }, (_, at) => ({
    word: `word${first + at}`,
    index: first + at,
    vector: Float32Array.of(at, -at / 3),
  }));
}

export const MADE_UP = { model: 'made-up', dimensions: 2, encoding: 'float32' } as const;
