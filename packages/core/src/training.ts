/**
 * What a trainer shares with the classifier, so that both see the same words: not for applications, and
 * free to change between minor versions.
 */

export type { Engine } from './engine/engine.js';
export { FoldedNetwork } from './engine/folded.js';
export { planOf } from './engine/keras-plan.js';
export { LABELS, type Label, type Scores } from './labels.js';
export { loadModel, MODEL_FILES, type Model } from './model/load.js';
export { FORMAT, FORMAT_VERSION, type Manifest, modelId, type SpanWeights } from './model/manifest.js';
export { type Tensor, type Tensors, writeSafetensors } from './model/safetensors.js';
export { vocabularyOf } from './model/vocabulary.js';
export { hashNgrams, hashPair, hashWord } from './text/hash.js';
export { candidates, type RankOf, resolve } from './text/resolve.js';

export { Tokeniser } from './text/tokenise.js';
