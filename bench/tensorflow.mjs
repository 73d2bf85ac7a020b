import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { loadModel, resolve, Tokeniser } from '@toxicity-guard/core/training';
import { deepLogits, ReferenceGraph } from '@toxicity-guard/trainer';

const core = dirname(createRequire(import.meta.url).resolve('@toxicity-guard/core/package.json'));

/**
 * The bundled network's deep part on tfjs-node. It is favoured: words are cut and their vectors made before
 * the clock starts, and the linear part and the parts of long texts are left out.
 */
export async function tensorflowScorer(texts) {
  const model = await loadModel(join(core, 'model'));
  const graph = new ReferenceGraph(model);
  const window = new Tokeniser(model.manifest.tokenizer.window);
  const known = new Set(new TextDecoder().decode(model.vocabulary.get('words').data).split('\n'));
  const words = new Map();
  const sequences = texts.map((text) => {
    window.read(text, 0);
    return window.words().map((token) => {
      const word = resolve(token, (candidate) => known.has(candidate));
      if (!words.has(word)) words.set(word, words.size);
      return words.get(word);
    });
  });
  const vectors = tf.tidy(() => tf.stack([...words.keys()].map((word) => graph.vector(word))));
  const parameters = graph.parameters;
  return {
    score(index) {
      const sequence = sequences[index];
      let scores;
      tf.tidy(() => {
        const slots = tf.tensor2d(sequence, [1, sequence.length], 'int32');
        const lengths = tf.tensor1d([sequence.length], 'int32');
        scores = deepLogits(parameters, vectors, slots, lengths).sigmoid().dataSync();
      });
      return scores;
    },
    dispose() {
      vectors.dispose();
      graph.dispose();
    },
  };
}
