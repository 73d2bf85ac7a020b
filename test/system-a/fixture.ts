import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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

/** The vectors in GloVe's form, and Keras's `word_index`, as files. */
export const gloveFile = fileURLToPath(new URL('glove.txt.gz', folder));
export const wordIndexFile = fileURLToPath(new URL('word_index.json', folder));
