import {
  type KeyvLike,
  modelVocabulary,
  type PushOptions,
  pushVocabulary,
  useVersion,
} from '@toxicity-guard/core';
import { modelFolder, plantedModel, smallModel } from '../../packages/core/test/small-model.js';
import { PATIENT } from './entries.js';
import type { StoreUnderTest } from './harness.js';

/** A word that the small model takes for toxic. Its entry is neither the first nor the last of the vocabulary. */
export const PLANTED = 'grumble';

/** The folder of a small model that knows {@link PLANTED}, for one test. */
export async function plantedFolder(): Promise<string> {
  return await modelFolder(plantedModel([PLANTED]));
}

/** The folder of another model, of the same words and as many dimensions. */
export async function foreignFolder(): Promise<string> {
  return await modelFolder(smallModel({ seed: 2 }));
}

/** Pushes the vocabulary of a model's folder and puts it in use. */
export async function pushModel(
  keyv: KeyvLike,
  folder: string | undefined,
  version: string,
  { concurrency }: PushOptions = {},
): Promise<void> {
  const { description, entries } = await modelVocabulary(folder);
  await pushVocabulary(keyv, entries, { ...description, version }, { ...PATIENT, concurrency });
  await useVersion(keyv, version, PATIENT);
}

/** Pushes a model's vocabulary in which the planted word weighs nothing, and puts it in use. */
export async function pushWithoutPlanted(
  { quick }: StoreUnderTest,
  folder: string,
  version: string,
): Promise<void> {
  const { description, entries } = await modelVocabulary(folder);
  const nothing = { values: new Int8Array(description.dimensions), scale: 0 };
  const others = [...entries].map((entry) => (entry.word === PLANTED ? { ...entry, int8: nothing } : entry));
  await pushVocabulary(quick, others, { ...description, version }, PATIENT);
  await useVersion(quick, version, PATIENT);
}
