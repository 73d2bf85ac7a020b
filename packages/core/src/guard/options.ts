import { aFunction, anInteger, type Check, type Checks, checkOptions, fail, oneOf } from '../check.js';
import type { Classifier } from '../classifier/classification.js';
import type { ClassifierOptions } from '../classifier/classifier.js';
import { aFieldsOption } from '../fields/collect.js';
import type { FieldsOption } from '../fields/field.js';
import { anUnsupportedLanguage, type UnsupportedLanguage } from '../language/unsupported.js';
import { aCommunity } from '../overlay/entry.js';
import { aMode } from '../policy/mode.js';
import { type Resolvable, resolvable } from '../policy/resolvable.js';
import { someThresholds, type Thresholds } from '../policy/thresholds.js';
import type { Mode } from './decision.js';
import type { Failure } from './outcome.js';
import type { DecisionHook } from './report.js';

/** Options of {@link createGuard} and of every adapter. `undefined` means absent. */
export interface GuardOptions {
  /**
   * A classifier of yours, which stays yours to close, or the options of one to make. Default: one made with the
   * bundled model.
   */
  readonly classifier?: Classifier | ClassifierOptions | undefined;
  /**
   * The id of the community that a request is for, whose own words count beside the site's where the classifier has
   * an overlay; or a function of the request. Default: none.
   */
  readonly community?: Resolvable<string> | undefined;
  /**
   * Which texts are judged: JSON Pointer patterns of the body, patterns by part, or a function. Default: every
   * string in the body whose key is not one of `SECRET_KEYS` or `ADDRESS_KEYS`.
   */
  readonly fields?: FieldsOption | undefined;
  /** The scores at which a text is flagged and refused, or a function of the request. Default: the model's own. */
  readonly thresholds?: Resolvable<Thresholds> | undefined;
  /**
   * `reject` refuses, `flag` marks and lets pass, `shadow` only reports; or a function of the request, which is
   * not asked where there is nothing to judge. Default `'reject'`.
   */
  readonly mode?: Resolvable<Mode> | undefined;
  /**
   * What becomes of a text in a language that the model does not know. `judge` takes its scores for what they are
   * worth, `flag` flags it, `allow` lets it pass; a text whose scores reach the reject threshold is refused under
   * all three. The decision names each such text under `unsupported`. Default `'judge'`.
   */
  readonly unsupportedLanguage?: UnsupportedLanguage | undefined;
  /**
   * What mode `reject` does where no verdict can be reached: `closed` refuses with 503, `open` lets pass and marks.
   * What a sender can bring about (too much text, a body of a type that is not read, a function of yours that
   * throws, a broken connection) is refused under both. Default `'closed'`.
   */
  readonly failure?: Failure | undefined;
  /** How long a request may take to be judged, waiting and loading included, in milliseconds. Default `1000`. */
  readonly deadlineMs?: number | undefined;
  /** How many requests are judged at a time. Default `16`. */
  readonly maxConcurrent?: number | undefined;
  /** How many more may wait; past them a request is `OVERLOADED` at once. Default `1000`. */
  readonly maxQueued?: number | undefined;
  /** How many texts a request may have. Default `10000`. */
  readonly maxFields?: number | undefined;
  /** How long the texts of a request may be together, in UTF-16 code units. Default `1000000`. */
  readonly maxTextLength?: number | undefined;
  /**
   * Hears of every judgement, after it and without holding it up; what it throws is warned of once and changes
   * nothing. Default: none.
   */
  readonly onDecision?: DecisionHook | undefined;
}

/** {@link GuardOptions} made complete. */
export interface GuardSettings {
  readonly classifier: Classifier | ClassifierOptions;
  readonly community: Resolvable<string> | undefined;
  readonly fields: FieldsOption;
  readonly thresholds: Resolvable<Thresholds>;
  readonly mode: Resolvable<Mode>;
  readonly unsupportedLanguage: UnsupportedLanguage;
  readonly failure: Failure;
  readonly deadlineMs: number;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly maxFields: number;
  readonly maxTextLength: number;
  readonly onDecision: DecisionHook | undefined;
}

/** The longest that `setTimeout` waits; past it, it does not wait at all. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

const aClassifier: Check<Classifier | ClassifierOptions> = (value, path) => {
  if (typeof value !== 'object' || value === null) fail(path, 'be a classifier or options of one', value);
  if (!isClassifier(value)) return value as ClassifierOptions;
  for (const method of ['classify', 'classifyMany', 'ready', 'close'] as const) {
    aFunction(value[method], `${path}.${method}`);
  }
  return value;
};

/** One check for each option, so that an adapter can check its own options together with these. For adapters. */
export const guardOptionChecks: Checks<GuardOptions> = {
  classifier: aClassifier,
  community: resolvable(aCommunity),
  fields: aFieldsOption,
  thresholds: resolvable(someThresholds),
  mode: resolvable(aMode),
  unsupportedLanguage: anUnsupportedLanguage,
  failure: oneOf('closed', 'open'),
  deadlineMs: anInteger(1, LONGEST_TIMEOUT),
  maxConcurrent: anInteger(1),
  maxQueued: anInteger(0),
  maxFields: anInteger(1),
  maxTextLength: anInteger(1),
  onDecision: aFunction,
};

/** Whether a `classifier` option is a classifier, not the options of one. */
export function isClassifier(value: object): value is Classifier {
  return 'classify' in value;
}

/** @throws {TypeError} naming the option that is unknown or wrong. */
export function resolveGuardOptions(options: GuardOptions): GuardSettings {
  return {
    classifier: {},
    community: undefined,
    fields: { body: true },
    thresholds: {},
    mode: 'reject',
    unsupportedLanguage: 'judge',
    failure: 'closed',
    deadlineMs: 1_000,
    maxConcurrent: 16,
    maxQueued: 1_000,
    maxFields: 10_000,
    maxTextLength: 1_000_000,
    onDecision: undefined,
    ...(checkOptions(options, guardOptionChecks) as Partial<GuardSettings>),
  };
}
