import { type Classifier, isToxicityGuardError, LABELS, type Scores } from '@toxicity-guard/core';

/** So many texts are handed over at once, and progress is told after each. */
const CHUNK = 256;

/**
 * Scores of many texts, as the classifier that ships gives them.
 *
 * @param onProgress called with the texts done.
 * @returns `texts.length` × 6; NaN for a text that is longer than the classifier judges.
 */
export async function scoreTexts(
  classifier: Classifier,
  texts: readonly string[],
  onProgress?: (done: number) => void,
): Promise<Float64Array> {
  const table = new Float64Array(texts.length * LABELS.length);
  for (let at = 0; at < texts.length; at += CHUNK) {
    const chunk = texts.slice(at, at + CHUNK);
    for (const [index, scores] of (await scoreChunk(classifier, chunk)).entries()) {
      for (const [label, name] of LABELS.entries()) {
        table[(at + index) * LABELS.length + label] = scores?.[name] ?? Number.NaN;
      }
    }
    onProgress?.(Math.min(at + CHUNK, texts.length));
  }
  return table;
}

/** One text that is too long fails its whole chunk, which is then judged text by text. */
async function scoreChunk(classifier: Classifier, chunk: readonly string[]): Promise<(Scores | undefined)[]> {
  try {
    return (await classifier.classifyMany(chunk)).map(({ scores }) => scores);
  } catch (error) {
    if (!isTooLong(error)) throw error;
    const found: (Scores | undefined)[] = [];
    for (const text of chunk) found.push(await scoreOrSkip(classifier, text));
    return found;
  }
}

async function scoreOrSkip(classifier: Classifier, text: string): Promise<Scores | undefined> {
  try {
    return (await classifier.classify(text)).scores;
  } catch (error) {
    if (!isTooLong(error)) throw error;
    return undefined;
  }
}

/** Whether something thrown says that a text is longer than the classifier judges. */
export function isTooLong(error: unknown): boolean {
  return isToxicityGuardError(error) && error.code === 'TEXT_TOO_LONG';
}
