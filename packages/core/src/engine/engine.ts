import type { Tokeniser } from '../text/tokenise.js';

/**
 * Judges one window of words. An engine is made once for a loaded model and used for every text; it may keep
 * scratch memory, since a call never waits.
 */
export interface Engine {
  /** Makes a reader of windows such as this engine judges, which joins the pieces of a word by its vocabulary. */
  createWindow(): Tokeniser;
  /**
   * Scores the tokens that `window` holds from its last `read`.
   *
   * @param scores receives six calibrated probabilities, in the order of `LABELS`; all 0 where the window
   * has no token.
   * @param isDue asked now and then: a window of words that are met for the first time takes long.
   * @returns false when it stopped because `isDue` said so: to be called again, and it goes on, or begins
   * again where the window has been read anew in between.
   */
  judge(window: Tokeniser, scores: Float64Array, isDue?: () => boolean): boolean;
  /**
   * Says how much each token of the window that was judged last raises one label's logit.
   *
   * @param label an index into `LABELS`.
   * @param contributions receives one number a token; at least `window.limit` long.
   */
  explain(window: Tokeniser, label: number, contributions: Float64Array): void;
  /**
   * Says what one label's calibrated logit would be if a token of the window that was judged last were all of the
   * text.
   *
   * @param logits receives one number a token; at least `window.limit` long.
   */
  alone(window: Tokeniser, label: number, logits: Float64Array): void;
}
