import type { VocabularyManifest } from '@toxicity-guard/core';
import { vectorSize } from './vector-size.js';

/** What a vocabulary holds, in a few words, and how much its vectors weigh. */
export function describeManifest(manifest: VocabularyManifest): string {
  const { words, dimensions, encoding, model } = manifest;
  const megabytes = ((words * vectorSize(manifest)) / 1e6).toFixed(1);
  const vectors =
    encoding === 'none'
      ? 'words without vectors'
      : `words of ${dimensions} numbers, ${encoding}, ${megabytes} MB`;
  return `${words} ${vectors}, of the model ${model}`;
}
