export { aBoolean, aFunction, type Check, type Checks, checkOptions, oneOf } from './check.js';
export type { Classification, Classifier, ClassifyOptions, ModelInfo } from './classifier/classification.js';
export { type ClassifierOptions, createClassifier } from './classifier/classifier.js';
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
export type { Resolvable } from './policy/resolvable.js';
export {
  createPolicy,
  type LabelThresholds,
  type Policy,
  type Thresholds,
  type Verdict,
} from './policy/thresholds.js';
export { type JudgedRequest, type JudgeRequestOptions, judgeRequest } from './web/judge-request.js';
