import type { Convert } from './converted.js';
import { bidirectional, recurrent } from './recurrent.js';
import { convolution, embedding, globalMaximum, globalMean, masking, pooling } from './sequences.js';
import {
  activation,
  batchNormalization,
  concatenation,
  dense,
  elu,
  flatten,
  idle,
  layerNormalization,
  leakyRelu,
  merge,
  noise,
  relu,
  reshape,
  softmax,
} from './values.js';

/** The layers that can be imported, by Keras's class. */
export const LAYERS: ReadonlyMap<string, Convert> = new Map([
  ['Embedding', embedding],
  ['Conv1D', convolution],
  ['MaxPooling1D', pooling],
  ['AveragePooling1D', pooling],
  ['GlobalMaxPooling1D', globalMaximum],
  ['GlobalAveragePooling1D', globalMean],
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['SimpleRNN', recurrent],
  ['Bidirectional', bidirectional],
  ['Dense', dense],
  ['Dropout', idle],
  ['SpatialDropout1D', idle],
  ['AlphaDropout', noise],
  ['GaussianDropout', noise],
  ['GaussianNoise', noise],
  ['Activation', activation],
  ['ReLU', relu],
  ['LeakyReLU', leakyRelu],
  ['ELU', elu],
  ['Softmax', softmax],
  ['BatchNormalization', batchNormalization],
  ['LayerNormalization', layerNormalization],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Concatenate', concatenation],
  ['Add', merge],
  ['Multiply', merge],
  ['Average', merge],
  ['Maximum', merge],
  ['Minimum', merge],
  ['Masking', masking],
]);

/** Classes that need a word more than that they are not among {@link LAYERS}. */
export const REASONS: Readonly<Record<string, string>> = {
  Lambda: 'runs Python code, which is never executed here. Replace it by a layer of Keras',
  Functional: 'is a model inside the model. Save one whose layers are all its own',
  Model: 'is a model inside the model. Save one whose layers are all its own',
  Sequential: 'is a model inside the model. Save one whose layers are all its own',
  TextVectorization:
    'turns texts into indexes, which is the tokenizer here. Save the model that begins behind it',
};
