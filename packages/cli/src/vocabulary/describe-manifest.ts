import type { VocabularyManifest } from '@toxicity-guard/core';

/** What a vocabulary holds, in a few words. */
export function describeManifest({ words, dimensions, encoding, model }: VocabularyManifest): string {
  const vectors =
    encoding === 'none' ? 'words without vectors' : `words of ${dimensions} numbers, ${encoding}`;
  return `${words} ${vectors}, of the model ${model}`;
}
