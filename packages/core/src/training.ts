/**
 * What a trainer shares with the classifier, so that both see the same words: not for applications, and
 * free to change between minor versions.
 */
export { type Label, LABELS } from './labels.js';
export { Tokeniser } from './text/tokenise.js';
export { candidates, resolve } from './text/resolve.js';
export { hashNgrams, hashPair, hashWord } from './text/hash.js';
