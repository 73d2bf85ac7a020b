import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { VocabularyEntry } from '@toxicity-guard/core';
import { kerasModel, type Layer } from '../../../packages/core/test/keras-model.js';
import { randomOf, temporaryFolder } from '../../../packages/core/test/small-model.js';

export const WORDS = 400_000;
export const DIMENSIONS = 50;
const FILTERS = 64;
const LENGTH = 100;

/** Texts have the words up to this index, and beyond it every so many-th. */
const FREQUENT = 15_000;
const STEP = 25;

/** A word of three or four syllables. */
function wordOf(index: number): string {
  const [consonants, vowels] = ['bcdfghjklmnprstvwxyz', 'aeiou'];
  let word = index % 3 === 0 ? 'ba' : '';
  for (let syllable = 0, rest = index; syllable < 3; syllable++, rest = Math.floor(rest / 100)) {
    word += `${consonants[Math.floor((rest % 100) / 5)]}${vowels[rest % 5]}`;
  }
  return word;
}

/** As large as GloVe's smallest, with random vectors. */
export function* entries(): Generator<VocabularyEntry> {
  const random = randomOf(1);
  for (let index = 1; index <= WORDS; index++) {
    const vector = Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5);
    yield { word: wordOf(index), index, vector };
  }
}

/** The words that texts have, and the first and the last of each thousand, which are looked at at the start. */
export function wordsOfTexts(): string[] {
  return Array.from({ length: WORDS }, (_, at) => at + 1)
    .filter((index) => index < FREQUENT || index % STEP === 0 || index % 1_000 <= 1)
    .map(wordOf);
}

/** A file of comments, one a line, whose words are as frequent as those of a language are: Zipf's law. */
export async function commentsFile(count: number): Promise<string> {
  const random = randomOf(2);
  const word = (): string => {
    const rank = Math.floor(WORDS ** random());
    if (random() < 0.05) return `unknown${rank}`;
    return wordOf(rank < FREQUENT ? rank : rank - (rank % STEP));
  };
  const lines = function* () {
    for (let line = 0; line < count; line++) {
      yield `${Array.from({ length: 5 + 60 * random() }, word).join(' ')}\n`;
    }
  };
  const file = join(await temporaryFolder(), 'comments.txt');
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return file;
}

/** A network of random weights over vectors, of the classic kind; gives its folder. */
export async function network(): Promise<string> {
  const random = randomOf(3);
  const array = (name: string, ...shape: number[]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { name, shape, data: Float32Array.from({ length }, () => (random() - 0.5) / 4) };
  };
  const layer = (class_name: string, config: Record<string, unknown>): Layer => ({ class_name, config });
  const convolution = { name: 'conv', filters: FILTERS, kernel_size: [3], strides: [1], padding: 'valid' };
  return await kerasModel(
    [
      layer('InputLayer', { name: 'words', batch_input_shape: [null, LENGTH, DIMENSIONS] }),
      layer('Conv1D', { ...convolution, activation: 'relu', use_bias: true, dilation_rate: [1], groups: 1 }),
      layer('GlobalMaxPooling1D', { name: 'pool', keepdims: false }),
      layer('Dense', { name: 'dense', units: 6, activation: 'sigmoid', use_bias: true }),
    ],
    [
      array('conv/kernel', 3, DIMENSIONS, FILTERS),
      array('conv/bias', FILTERS),
      array('dense/kernel', FILTERS, 6),
      array('dense/bias', 6),
    ],
  );
}
