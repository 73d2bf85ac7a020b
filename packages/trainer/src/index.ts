export { type Comments, readComments, UNKNOWN } from './comments.js';
export { ReferenceGraph } from './graph.js';
export { rocAuc } from './metrics.js';
export { deepLogits } from './network.js';
export { type DeepPartial, mergeSettings, type Progress, type TrainOptions } from './options.js';
export { DEFAULT_SETTINGS, type Settings } from './settings.js';
export { type TrainResult, train } from './train.js';
