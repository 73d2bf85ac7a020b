import type { Classifier, Span } from '@toxicity-guard/core';
import { isTooLong } from './score.js';
import type { SpanTexts } from './texts.js';

/**
 * Character F1 of each text as SemEval-2021 task 5 defines it: of the characters reported and those marked, 1 where
 * both are empty, 0 where one of them is.
 *
 * @param onProgress called with the texts done.
 * @returns one number a text, 0 to 1; NaN for a text that is longer than the classifier judges.
 */
export async function spanScores(
  classifier: Classifier,
  { texts, spans }: SpanTexts,
  onProgress?: (done: number) => void,
): Promise<Float64Array> {
  const scores = new Float64Array(texts.length);
  for (const [index, text] of texts.entries()) {
    const found = await findSpans(classifier, text);
    scores[index] =
      found === undefined
        ? Number.NaN
        : characterF1(codePoints(text, found), new Set(spans[index] as readonly number[]));
    onProgress?.(index + 1);
  }
  return scores;
}

/** What the guard would report: the words behind the labels that reach their flag threshold. */
async function findSpans(classifier: Classifier, text: string): Promise<readonly Span[] | undefined> {
  try {
    return (await classifier.classify(text, { spans: true })).spans;
  } catch (error) {
    if (!isTooLong(error)) throw error;
    return undefined;
  }
}

/** F1 of two sets of characters. */
export function characterF1(found: ReadonlySet<number>, marked: ReadonlySet<number>): number {
  if (found.size === 0 || marked.size === 0) return found.size === marked.size ? 1 : 0;
  let common = 0;
  for (const offset of found) if (marked.has(offset)) common++;
  return (2 * common) / (found.size + marked.size);
}

/** The offsets in code points of what UTF-16 spans cover. */
export function codePoints(text: string, spans: readonly Span[]): Set<number> {
  const offsets = new Set<number>();
  let unit = 0;
  let offset = 0;
  for (const character of text) {
    const place = unit;
    if (spans.some(([start, end]) => place >= start && place < end)) offsets.add(offset);
    unit += character.length;
    offset++;
  }
  return offsets;
}
