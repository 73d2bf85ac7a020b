import { modelVocabulary } from '@toxicity-guard/core';
import type { Source } from './source.js';

/** The vocabulary of a model folder, by default of the bundled model, named after the model. */
export async function bundledVocabulary(folder: string | undefined): Promise<Source> {
  const { description, words, entries } = await modelVocabulary(folder);
  return {
    description: { ...description, version: description.model },
    entries,
    progress: (done) => ({ done, total: words }),
    remarks: () => [],
  };
}
