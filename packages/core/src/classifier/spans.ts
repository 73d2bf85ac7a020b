import type { Span } from '../labels.js';
import type { SpanWeights } from '../model/manifest.js';
import type { Tokeniser } from '../text/tokenise.js';

/** Words that stand closer than this, in UTF-16 units, are reported as one range. */
const NEAR = 3;
/** Share of what the strongest word adds. */
const STRONG = 0.5;

/**
 * The words that a reader would mark: a logistic regression on what each adds to the text's logit and on its logit
 * alone.
 *
 * @param contributions,alone one number a token of `window`, as `Engine.explain` and `Engine.alone` give them.
 * @returns places in the original text.
 */
export function markedWords(
  window: Tokeniser,
  contributions: Float64Array,
  alone: Float64Array,
  weights: SpanWeights,
): Span[] {
  let highest = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < window.count; token++) highest = Math.max(highest, alone[token] as number);
  const least = Math.log(weights.threshold / (1 - weights.threshold));
  return pick(window, (token) => {
    const own = alone[token] as number;
    const logit =
      weights.bias +
      weights.contribution * (contributions[token] as number) +
      weights.alone * own +
      weights.lead * (own - highest);
    return logit >= least;
  });
}

/**
 * The words that add at least half as much to the text's logit as the one that adds most, as places in the original
 * text: the cause of a verdict that no word by itself gives away.
 */
export function strongestWords(window: Tokeniser, contributions: Float64Array): Span[] {
  let strongest = 0;
  for (let token = 0; token < window.count; token++) {
    strongest = Math.max(strongest, contributions[token] as number);
  }
  if (strongest === 0) return [];
  return pick(window, (token) => (contributions[token] as number) >= STRONG * strongest);
}

function pick(window: Tokeniser, isPicked: (token: number) => boolean): Span[] {
  const spans: Span[] = [];
  for (let token = 0; token < window.count; token++) {
    if (isPicked(token)) spans.push([window.from[token] as number, window.to[token] as number]);
  }
  return spans;
}

/**
 * Sorts spans and joins those that overlap or nearly touch.
 *
 * @example
 * mergeSpans([[8, 12], [0, 3], [4, 7]]) // [[0, 12]]
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const previous = merged.at(-1);
    if (previous !== undefined && start - previous[1] < NEAR) previous[1] = Math.max(previous[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/**
 * Adds the spans of a window to those of the windows before it. A window may overlap the last, never one whose
 * spans it has passed: so only the end of `spans` is looked at, and a long text costs no more by the window.
 *
 * @param spans merged, in order; changed in place.
 * @param found in any order.
 */
export function addSpans(spans: Span[], found: readonly Span[]): void {
  if (found.length === 0) return;
  const first = found.reduce((least, [start]) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const open: Span[] = [...found];
  for (let last = spans.at(-1); last !== undefined && first - last[1] < NEAR; last = spans.at(-1)) {
    open.push(last);
    spans.pop();
  }
  spans.push(...mergeSpans(open));
}
