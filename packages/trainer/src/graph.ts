import * as tf from '@tensorflow/tfjs-node';
import {
  hashNgrams,
  hashPair,
  hashWord,
  LABELS,
  type Model,
  resolve,
  Tokeniser,
} from '@toxicity-guard/core/training';

const L = LABELS.length;
/** A text of more words is judged sentence by sentence as well. */
const LONGEST_WHOLE = 32;

/** One stored array as a tensor, int8 ones as the numbers that they stand for. */
function stored(tensors: Model['weights'], name: string): tf.Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`The model has no array ${name}`);
  return tf.tensor(Float32Array.from(tensor.data), [...tensor.shape]);
}

/**
 * A stored model as a TensorFlow graph, built from the description of the network and from the files alone:
 * what the folded engine is held to. It shares with the engine the tokeniser and the hashes, and none of the
 * arithmetic. Slow; made for comparing.
 */
export class ReferenceGraph {
  private readonly tensors: Readonly<Record<string, tf.Tensor>>;
  private readonly indexes: Map<string, number>;
  private readonly tokeniser: Tokeniser;

  constructor(private readonly model: Model) {
    const { weights, vocabulary, manifest } = model;
    const words = new TextDecoder().decode(vocabulary.get('words')?.data).split('\n');
    this.indexes = new Map(words.map((word, index) => [word, index]));
    this.tokeniser = new Tokeniser(manifest.tokenizer.window, (word) => this.rankOf(word));
    this.tensors = tf.tidy(() => {
      const scaled = (values: tf.Tensor, scales: tf.Tensor, axis: number): tf.Tensor =>
        values.mul(scales.expandDims(axis));
      const names = [...weights.keys()].filter((name) => /^(conv|dense|logits)/.test(name));
      return {
        ...Object.fromEntries(names.map((name) => [name, stored(weights, name)])),
        own: scaled(stored(vocabulary, 'vectors'), stored(vocabulary, 'scales'), 1),
        ngrams: scaled(stored(weights, 'ngrams/vectors'), stored(weights, 'ngrams/scales'), 1),
        wide: scaled(stored(weights, 'wide/weights'), stored(weights, 'wide/scales'), 0),
        'wide/bias': stored(weights, 'wide/bias'),
      };
    });
  }

  private rankOf(word: string): number {
    return this.indexes.get(word) ?? -1;
  }

  /** Six scores of the first window of a text. */
  score(text: string): Float32Array {
    this.tokeniser.read(text, 0);
    const words = this.tokeniser.words().map((token) => resolve(token, (word) => this.rankOf(word)));
    if (words.length === 0) return new Float32Array(L);
    return tf.tidy(() => {
      const features = this.wordFeatures(words);
      const parts: tf.Tensor[] = [this.logits(features, 0, words.length)];
      const penalty = tf.tensor1d([...this.model.manifest.calibration.partPenalty]);
      const ends = [...this.tokeniser.sentenceEnds.subarray(0, this.tokeniser.sentences)];
      for (const [sentence, end] of words.length > LONGEST_WHOLE && ends.length > 1 ? ends.entries() : []) {
        const first = ends[sentence - 1] ?? 0;
        parts.push(this.logits(features, first, end - first).sub(penalty));
      }
      return tf.stack(parts).max(0).sigmoid().dataSync() as Float32Array;
    });
  }

  /** The stored arrays as tensors, by name; they live until {@link dispose}. */
  get parameters(): Readonly<Record<string, tf.Tensor>> {
    return this.tensors;
  }

  dispose(): void {
    tf.dispose(this.tensors);
  }

  /** For each word: the three convolutions after bias, its vector, and its and its pair's linear logits. */
  private wordFeatures(words: readonly string[]): {
    conv: tf.Tensor2D;
    vectors: tf.Tensor2D;
    wide: tf.Tensor2D;
  } {
    const { wide } = this.model.manifest.network;
    const vectors = tf.stack(words.map((word) => this.vector(word))) as tf.Tensor2D;
    const conv = tf.concat(
      [1, 2, 3].map((width) => {
        const kernel = this.tensor(`conv${width}/kernel`) as tf.Tensor3D;
        const convolved = tf
          .conv1d(vectors.expandDims<tf.Tensor3D>(0), kernel, 1, 'same')
          .squeeze<tf.Tensor2D>([0]);
        return convolved.add<tf.Tensor2D>(this.tensor(`conv${width}/bias`));
      }),
      1,
    );
    const linear = words.map((word, position) => {
      const next = words[position + 1];
      const hash = hashWord(word);
      const grams = hashNgrams(word, wide.shortest, wide.longest, []);
      const single = next === undefined ? [hash] : [hash, hashPair(hash, hashWord(next))];
      const weigh = (hashes: number[]): tf.Tensor => this.rows('wide', hashes, wide.buckets).sum(0);
      return weigh(single).add(weigh(grams).div(Math.sqrt(grams.length)));
    });
    return { conv, vectors, wide: tf.stack(linear) as tf.Tensor2D };
  }

  private logits(
    features: { conv: tf.Tensor2D; vectors: tf.Tensor2D; wide: tf.Tensor2D },
    first: number,
    words: number,
  ): tf.Tensor {
    const { calibration, network } = this.model.manifest;
    const pooled = features.conv.slice([first, 0], [words, -1]).relu().max(0);
    const mean = features.vectors.slice([first, 0], [words, -1]).mean(0);
    const input = tf.concat([pooled, mean]).expandDims<tf.Tensor2D>(0);
    const hidden = tf
      .matMul(input, this.tensor('dense/kernel') as tf.Tensor2D)
      .add(this.tensor('dense/bias'))
      .relu();
    const deep = tf
      .matMul(hidden as tf.Tensor2D, this.tensor('logits/kernel') as tf.Tensor2D)
      .add(this.tensor('logits/bias'))
      .squeeze([0]);
    const wide = features.wide
      .slice([first, 0], [words, -1])
      .sum(0)
      .div(words + network.wide.smoothing)
      .add(this.tensor('wide/bias'));
    return deep
      .mul(tf.tensor1d([...calibration.deep]))
      .add(wide.mul(tf.tensor1d([...calibration.wide])))
      .add(tf.tensor1d([...calibration.bias]));
  }

  /** The vector of a word that {@link resolve} has given. */
  vector(word: string): tf.Tensor {
    const { shortest, longest, buckets } = this.model.manifest.network.ngrams;
    const mean = this.rows('ngrams', hashNgrams(word, shortest, longest, []), buckets).mean(0);
    const index = this.indexes.get(word);
    return index === undefined ? mean : mean.add(tf.gather(this.tensor('own'), index));
  }

  private rows(name: string, hashes: readonly number[], buckets: number): tf.Tensor {
    const indexes = Int32Array.from(hashes, (hash) => hash % buckets);
    return tf.gather(this.tensor(name), tf.tensor1d(indexes, 'int32'));
  }

  private tensor(name: string): tf.Tensor {
    const tensor = this.tensors[name];
    if (tensor === undefined) throw new Error(`The graph has no tensor ${name}`);
    return tensor;
  }
}
