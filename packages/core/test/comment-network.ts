import { kerasModel } from './keras-model.js';
import { randomOf } from './small-model.js';

/** Words that {@link commentNetwork} has vectors of, from index 1. */
export const WORDS_KNOWN = 19_999;
const [LENGTH, DIMENSIONS, FILTERS, WIDTH, HIDDEN, OUTPUTS] = [100, 50, 128, 5, 64, 6];

/** The words of {@link commentNetwork}, `word1` and so on, with their indexes. */
export function wordIndexOf(): Map<string, number> {
  return new Map(Array.from({ length: WORDS_KNOWN }, (_, at) => [`word${at + 1}`, at + 1]));
}

/** A network as large as sites have them for comments, of random weights, for one test; gives its folder. */
export async function commentNetwork(): Promise<string> {
  const random = randomOf(1);
  const array = (name: string, ...shape: number[]) => {
    const size = shape.reduce((product, one) => product * one, 1);
    return { name, shape, data: Float32Array.from({ length: size }, () => 0.4 * random() - 0.2) };
  };
  const embedding = { input_dim: WORDS_KNOWN + 1, output_dim: DIMENSIONS, batch_input_shape: [null, LENGTH] };
  return await kerasModel(
    [
      { class_name: 'Embedding', config: { name: 'words', ...embedding } },
      {
        class_name: 'Conv1D',
        config: { name: 'phrases', filters: FILTERS, kernel_size: [WIDTH], activation: 'relu' },
      },
      { class_name: 'GlobalMaxPooling1D', config: { name: 'pool' } },
      { class_name: 'Dense', config: { name: 'hidden', units: HIDDEN, activation: 'relu' } },
      { class_name: 'Dense', config: { name: 'scores', units: OUTPUTS, activation: 'sigmoid' } },
    ],
    [
      array('words/embeddings', WORDS_KNOWN + 1, DIMENSIONS),
      array('phrases/kernel', WIDTH, DIMENSIONS, FILTERS),
      array('phrases/bias', FILTERS),
      array('hidden/kernel', FILTERS, HIDDEN),
      array('hidden/bias', HIDDEN),
      array('scores/kernel', HIDDEN, OUTPUTS),
      array('scores/bias', OUTPUTS),
    ],
  );
}
