import type { Classification, Classifier, Scores } from '@toxicity-guard/core';
import express5 from 'express';
import express4 from 'express4';

/** Both majors, to run every test on. `express4.d.ts` gives 4 the types of 5. */
export const majors = [
  ['Express 5', express5],
  ['Express 4', express4],
] as const;

const scores = (toxic: number): Scores => ({
  toxic,
  severe_toxic: 0,
  obscene: 0,
  threat: 0,
  insult: 0,
  identity_hate: 0,
});

/** A classifier by hand: `REFUSE` reaches the reject threshold, `RUDE` the flag threshold. */
export function wordClassifier(
  before: (text: string, signal?: AbortSignal) => unknown = () => undefined,
): Classifier & {
  readonly seen: string[];
  closed: boolean;
} {
  const all = (score: number): Scores =>
    Object.fromEntries(Object.keys(scores(0)).map((label) => [label, score])) as unknown as Scores;
  const seen: string[] = [];
  const classify: Classifier['classify'] = async (text, options): Promise<Classification> => {
    await before(text, options?.signal);
    seen.push(text);
    const toxic = text.includes('REFUSE') ? 0.95 : text.includes('RUDE') ? 0.6 : 0.01;
    return { scores: scores(toxic), spans: [], model: 'words-1' };
  };
  return {
    seen,
    closed: false,
    classify,
    classifyMany: (texts, options) => Promise.all(texts.map((text) => classify(text, options))),
    ready: async () => ({ id: 'words-1', thresholds: { flag: all(0.5), reject: all(0.9) } }),
    async close() {
      this.closed = true;
    },
  };
}
