import { anInteger, aString, checkOptions } from '../check.js';
import { FoldedKerasNetwork } from './folded-keras-network.js';
import { planOf } from './keras-plan.js';
import type { SequenceEngine } from './sequence-network.js';
import { readTfjsFiles } from './tfjs-files.js';

/** Options of {@link foldedKeras}. */
export interface FoldedKerasOptions {
  /** Folder or `model.json` of a LayersModel. */
  readonly model: string;
  /** What decisions call the model. Default: name and hash of the folder. */
  readonly id?: string | undefined;
  /** Words in a sequence, for a network that leaves it open. */
  readonly length?: number | undefined;
  /**
   * Memory for the rows of words, of filters × width × 4 bytes each. Default 64 MiB, and no more than all words need;
   * 8 MiB where words come as vectors.
   */
  readonly cacheBytes?: number | undefined;
}

/**
 * Runs a Keras network of a single convolution without TensorFlow. Each word's share of every filter is computed once
 * and kept, so that a text costs some additions a word. It is loaded on first use, which rejects with
 * `MODEL_INCOMPATIBLE` and the name of the layer where the network is another kind.
 *
 * Supported: an Embedding or word vectors, Conv1D (any padding, stride 1, dilation 1), pooling over all positions by
 * maximum or mean, Dense, BatchNormalization, the activations linear, relu, tanh and sigmoid, and everything that does
 * nothing at prediction, such as Dropout. The last activation must be sigmoid.
 *
 * @throws {TypeError} when an option is unknown or wrong.
 * @example
 * const engine = foldedKeras({ model: 'models/comments' });
 * const classifier = createClassifier({ engine, tokenizer: kerasTokenizer({ wordIndex }) });
 */
export function foldedKeras(options: FoldedKerasOptions): SequenceEngine {
  const { model, id, length, cacheBytes } = checkOptions<FoldedKerasOptions>(options, {
    model: aString,
    id: aString,
    length: anInteger(1),
    cacheBytes: anInteger(0),
  });
  aString(model, 'model');
  return {
    name: 'foldedKeras',
    async load() {
      const files = await readTfjsFiles(model);
      return new FoldedKerasNetwork(planOf(files, length), id ?? files.id, cacheBytes);
    },
  };
}
