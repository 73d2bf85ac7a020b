import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Sequence, SequenceNetwork } from '../src/engine/sequence-network.js';

/** Networks that Keras made and answered with; `keras-networks/make.py` makes them anew. */
export const KERAS_NETWORKS = [
  'classic',
  'same-padding',
  'word-vectors',
  'functional',
  'normalised-before-the-pool',
  'no-convolution',
  'causal-padding',
  'two-convolutions',
  'recurrent',
] as const;

/** Folder of one of them, or of `saved-model`. */
export function kerasFolder(name: (typeof KERAS_NETWORKS)[number] | 'saved-model'): string {
  return fileURLToPath(new URL(`keras-networks/${name}`, import.meta.url));
}

/** Sequences for a network, and the probabilities that Keras gave each. */
export interface Expected {
  readonly sequences: readonly Sequence[];
  readonly probabilities: readonly (readonly number[])[];
}

/** What Keras answered. */
export async function kerasAnswers(name: (typeof KERAS_NETWORKS)[number]): Promise<Expected> {
  const source = await readFile(`${kerasFolder(name)}/expected.json`, 'utf8');
  const { sequences, probabilities } = JSON.parse(source) as {
    sequences: number[][];
    probabilities: number[][];
  };
  const Numbers = name === 'word-vectors' ? Float32Array : Int32Array;
  return { sequences: sequences.map((numbers) => Numbers.from(numbers)), probabilities };
}

/** The largest difference between a network's answers and Keras's. */
export async function distanceFromKeras(
  network: SequenceNetwork,
  { sequences, probabilities }: Expected,
): Promise<number> {
  const answers = await network.predict(sequences);
  const expected = probabilities.flat();
  if (answers.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(...expected.map((probability, at) => Math.abs(probability - (answers[at] as number))));
}
