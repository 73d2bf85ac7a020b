import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { VocabularyEntry } from '@toxicity-guard/core';

/** What Keras made of a sentence. */
export interface KerasSentence {
  readonly text: string;
  readonly words: readonly string[];
  readonly sequence: readonly number[];
  /** `sequence` as `pad_sequences` leaves it. */
  readonly padded: readonly number[];
  /** The same text with a tokenizer of `numWords`. */
  readonly sequenceOfNumWords: readonly number[];
  /** Six scores by the network's file name. */
  readonly scores: { readonly [network in Network]: readonly number[] };
}

/** The networks of the fixture, which `make-fixture.py` describes. */
export type Network = 'vectors' | 'indexes' | 'deep';

interface Expected {
  readonly length: number;
  readonly dimensions: number;
  readonly numWords: number;
  readonly sentences: readonly KerasSentence[];
}

const folder = new URL('fixture/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder));

export const expected: Expected = JSON.parse(read('expected.json').toString());
export const wordIndex: Readonly<Record<string, number>> = JSON.parse(read('word_index.json').toString());

/** The network's file, as Keras saved it. */
export function kerasFile(network: Network): string {
  return fileURLToPath(new URL(`${network}.h5`, folder));
}

/** The vectors in GloVe's form: a word and its numbers a line. */
export function gloveText(): string {
  return gunzipSync(read('glove.txt.gz')).toString();
}

/** The words of the index with their vectors; zeros where the vectors lack a word, as in Keras's embedding matrix. */
export function* vocabularyEntries(): Generator<VocabularyEntry> {
  const vectors = new Map<string, Float32Array>();
  for (const line of gloveText().trimEnd().split('\n')) {
    const [word, ...numbers] = line.split(' ');
    vectors.set(word as string, Float32Array.from(numbers, Number));
  }
  for (const [word, index] of Object.entries(wordIndex)) {
    yield { word, index, vector: vectors.get(word) ?? new Float32Array(expected.dimensions) };
  }
}
