import type { Tokeniser } from '../text/tokenise.js';

/**
 * Judges one window of words. An engine is made once for a loaded model and used for every text; it may keep
 * scratch memory, since a call never waits.
 */
export interface Engine {
  /**
   * Scores the tokens that `window` holds from its last `read`.
   *
   * @param scores receives six calibrated probabilities, in the order of `LABELS`; all 0 where the window
   * has no token.
   * @param isDue asked now and then while words are met for the first time, which takes much longer.
   * @returns false when it stopped because `isDue` said so: to be called again for the same window, where it
   * goes on from what it has got ready.
   */
  judge(window: Tokeniser, scores: Float64Array, isDue?: () => boolean): boolean;
  /**
   * Says how much each token of the window that was judged last raises one label's logit.
   *
   * @param label an index into `LABELS`.
   * @param contributions receives one number a token; at least `window.limit` long.
   */
  explain(window: Tokeniser, label: number, contributions: Float64Array): void;
}
