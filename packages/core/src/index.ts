export { aBoolean, aFunction, aString, type Check, type Checks, checkOptions, oneOf } from './check.js';
export type {
  CacheStats,
  Classification,
  Classifier,
  ClassifyOptions,
  ModelInfo,
} from './classifier/classification.js';
export { type ClassifierOptions, createClassifier } from './classifier/classifier.js';
export type { SequenceOptions, SequenceThresholds } from './classifier/sequence-classifier.js';
export { type FoldedKerasOptions, foldedKeras } from './engine/folded-keras.js';
export { type RemoteOptions, remote } from './engine/remote.js';
export type { Sequence, SequenceEngine, SequenceNetwork } from './engine/sequence-network.js';
export { type TensorFlowOptions, tensorflow } from './engine/tensorflow.js';
export { registerKerasGru } from './engine/tensorflow-gru.js';
export type { TensorFlowLike, TensorFlowModel } from './engine/tensorflow-like.js';
export { ERROR_CODES, type ErrorCode, isToxicityGuardError, ToxicityGuardError } from './errors.js';
export type { ChosenField, FieldsOption, PartFields } from './fields/field.js';
export { ADDRESS_KEYS, SECRET_KEYS } from './fields/keys.js';
export type { MountHints } from './guard/body.js';
export type {
  Action,
  Decision,
  Finding,
  GuardRequest,
  Mode,
  Part,
  Problem,
  ProblemError,
  UnsupportedText,
} from './guard/decision.js';
export { createGuard, type Guard } from './guard/guard.js';
export { markOf, mistakeOf } from './guard/mark.js';
export { type GuardOptions, guardOptionChecks } from './guard/options.js';
export type { Failure } from './guard/outcome.js';
export { DECISION_CHANNEL, type DecisionHook, type DecisionMessage } from './guard/report.js';
export { LABELS, type Label, type Scores, type Span } from './labels.js';
export type { UnsupportedLanguage } from './language/unsupported.js';
export { type ModelVocabulary, modelVocabulary } from './model/vocabulary.js';
export type { OverlayEntry } from './overlay/entry.js';
export { type KeyvOverlayOptions, keyvOverlay } from './overlay/keyv-overlay.js';
export { memoryOverlay } from './overlay/memory-overlay.js';
export type { Overlay, OverlayLists } from './overlay/overlay.js';
export type { Phrases } from './overlay/phrase-list.js';
export { OVERLAY_CHANNEL, type OverlayMessage } from './overlay/report.js';
export { type OverlayOption, withOverlay } from './overlay/with-overlay.js';
export type { Resolvable } from './policy/resolvable.js';
export {
  createPolicy,
  type LabelThresholds,
  type Policy,
  type Thresholds,
  type Verdict,
} from './policy/thresholds.js';
export {
  type IndexOf,
  type KerasTokenizer,
  type KerasTokenizerOptions,
  kerasTokenizer,
} from './text/keras-tokenizer.js';
export type { KerasToken } from './text/keras-tokens.js';
export { type PadOptions, padSequences } from './text/pad-sequences.js';
export type { StoreOptions } from './vocabulary/administration.js';
export type { BreakerOptions } from './vocabulary/breaker.js';
export type { KeyvLike } from './vocabulary/keyv-like.js';
export {
  type KeyvVocabulary,
  type KeyvVocabularyOptions,
  keyvVocabulary,
  type VocabularyAttachment,
  type VocabularyUser,
} from './vocabulary/keyv-vocabulary.js';
export {
  type PushOptions,
  type PushProgress,
  pushVocabulary,
  type VocabularyDescription,
} from './vocabulary/push-vocabulary.js';
export { VOCABULARY_CHANNEL, type VocabularyMessage } from './vocabulary/report.js';
export type {
  Int8Vector,
  VectorEncoding,
  VocabularyEntry,
  VocabularyLookup,
  VocabularyManifest,
  VocabularyStore,
} from './vocabulary/store.js';
export {
  listVersions,
  type ReadOptions,
  readVocabulary,
  removeVersion,
  useVersion,
  type VersionInfo,
  verifyVocabulary,
} from './vocabulary/versions.js';
export { type JudgedRequest, type JudgeRequestOptions, judgeRequest } from './web/judge-request.js';
export { createPerspectiveApi } from './wire/perspective.js';
export {
  PERSPECTIVE_BODY_LIMIT,
  PERSPECTIVE_ROUTES,
  type PerspectiveAnswer,
  type PerspectiveApi,
  type PerspectiveOperation,
  type PerspectiveRequest,
} from './wire/perspective-api.js';
export { type FeedbackOptions, type FeedbackSource, feedbackCsv } from './wire/perspective-feedback.js';
export { type PerspectiveOptions, perspectiveOptionChecks } from './wire/perspective-options.js';
