import type { Span } from '../labels.js';
import type { Tokeniser } from '../text/tokenise.js';

/** Words that stand closer than this, in UTF-16 units, are reported as one range. */
const NEAR = 3;

/**
 * The words whose contribution is at least `share` of the strongest, as places in the original text.
 *
 * @param contributions one number a token of `window`.
 * @param share 0 to 1.
 */
export function strongestWords(window: Tokeniser, contributions: Float64Array, share: number): Span[] {
  let strongest = 0;
  for (let token = 0; token < window.count; token++) {
    strongest = Math.max(strongest, contributions[token] as number);
  }
  const spans: Span[] = [];
  for (let token = 0; token < window.count; token++) {
    const contribution = contributions[token] as number;
    if (contribution > 0 && contribution >= share * strongest) {
      spans.push([window.from[token] as number, window.to[token] as number]);
    }
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
