import type { Span } from '../labels.js';

/** A part is at least this share of its text, so that an answer stays small. */
const LEAST_SHARE = 1 / 200;

const GAP = /\s+/g;
const END = /[.!?…]["'’”)\]]{0,3}$/;
/** As much as {@link END} can match. */
const LONGEST_END = 4;

/**
 * The sentences of a text as places in it, in UTF-16 code units, without the white space around them. A sentence
 * of less than a 200th of the text takes in the next one. A text of white space alone is one sentence.
 *
 * Not by `Intl.Segmenter`: it sees no sentence that begins with a small letter, and most comments are of such.
 *
 * @example
 * sentencesOf('hello. how are you?') // [[0, 6], [7, 19]]
 */
export function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  const least = text.length * LEAST_SHARE;
  const add = (start: number, end: number): void => {
    const last = spans.at(-1);
    if (last !== undefined && last[1] - last[0] < least) last[1] = end;
    else spans.push([start, end]);
  };
  let start = 0;
  for (const { 0: gap, index } of text.matchAll(GAP)) {
    const next = index + gap.length;
    const isCut =
      next === text.length ||
      gap.includes('\n') ||
      END.test(text.slice(Math.max(0, index - LONGEST_END), index));
    if (index > start && !isCut) continue;
    if (index > start) add(start, index);
    start = next;
  }
  if (start < text.length) add(start, text.length);
  return spans.length > 0 ? spans : [[0, text.length]];
}
