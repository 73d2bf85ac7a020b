import { anArrayOf, aString, type Check, type Checks, fail, oneOf } from '../check.js';
import type { Classifier } from '../classifier/classification.js';
import type { ClassifierOptions } from '../classifier/classifier.js';
import { guardOptionChecks } from '../guard/options.js';
import { aRootUrl } from './perspective-discovery.js';
import { type FeedbackOptions, someFeedback } from './perspective-feedback.js';

/** Options of `createPerspectiveApi()`. `undefined` means absent. */
export interface PerspectiveOptions {
  /**
   * A classifier of yours, which stays yours to close, or the options of one to make. Default: one made with the
   * bundled model.
   */
  readonly classifier?: Classifier | ClassifierOptions | undefined;
  /** The keys that are accepted, as `key` of the query or as `X-Goog-Api-Key`. Default: none is asked for. */
  readonly keys?: readonly string[] | undefined;
  /**
   * What becomes of attributes that the Perspective API has and this package does not, such as `SPAM`: `error`
   * answers 400 as for a language that they do not have, `drop` leaves them out of the answer. Default `'error'`.
   */
  readonly unsupportedAttributes?: 'error' | 'drop' | undefined;
  /**
   * What becomes of a comment in a language that the model does not know: `error` answers 400, unless the language
   * was detected only and the scores reach the model's reject threshold; `judge` scores it all the same. Default
   * `'error'`.
   */
  readonly unsupportedLanguages?: 'error' | 'judge' | undefined;
  /**
   * Where comments and what moderators think of them are kept, for `toxicity-guard calibrate`. This keeps what
   * people wrote, so it is off unless you say where. Default: `suggestscore` is answered, and nothing is kept.
   */
  readonly feedback?: FeedbackOptions | undefined;
  /** The address of the server as its clients see it, for the discovery document. Default: as they ask for it. */
  readonly rootUrl?: string | undefined;
  /** How long a request may take, waiting and loading included, in milliseconds. Default `1000`. */
  readonly deadlineMs?: number | undefined;
  /** How many requests are answered at a time. Default `16`. */
  readonly maxConcurrent?: number | undefined;
  /** How many more may wait; past them a request is answered 429 at once. Default `1000`. */
  readonly maxQueued?: number | undefined;
}

const aKeyList: Check<readonly string[]> = (value, path) => {
  const keys = anArrayOf(aString)(value, path);
  // Nobody could ask, which nobody wants.
  return keys.length > 0 ? keys : fail(path, 'have at least one key', value);
};

/** One check for each option. */
export const perspectiveOptionChecks: Checks<PerspectiveOptions> = {
  classifier: guardOptionChecks.classifier,
  keys: aKeyList,
  unsupportedAttributes: oneOf('error', 'drop'),
  unsupportedLanguages: oneOf('error', 'judge'),
  feedback: someFeedback,
  rootUrl: aRootUrl,
  deadlineMs: guardOptionChecks.deadlineMs,
  maxConcurrent: guardOptionChecks.maxConcurrent,
  maxQueued: guardOptionChecks.maxQueued,
};
