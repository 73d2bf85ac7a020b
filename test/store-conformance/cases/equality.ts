import { type Classification, type Classifier, createClassifier } from '@toxicity-guard/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { readCorpus } from '../../corpus/corpus.js';
import type { Case } from '../case.js';
import { withStore } from '../scene.js';

/** Every fifth line of the corpus: enough of each group. */
function realTexts(): string[] {
  return readCorpus()
    .flatMap(({ lines }) => lines)
    .filter((_, at) => at % 5 === 0)
    .map(({ text }) => text);
}

/** Real lines taken to pieces, and anything at all between. */
function randomTexts(real: readonly string[]): string[] {
  const word = fc.constantFrom(...new Set(real.flatMap((text) => text.split(' '))));
  const disguised = word.chain((plain) =>
    fc.constantFrom(plain, [...plain].join(' '), plain.toUpperCase(), plain.replaceAll(/[ei]/g, '1')),
  );
  const part = fc.oneof({ weight: 6, arbitrary: disguised }, fc.string({ unit: 'binary', maxLength: 12 }));
  const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(' '));
  return fc.sample(text, { numRuns: 100, seed: 6 });
}

async function verdicts(classifier: Classifier, texts: readonly string[]): Promise<Classification[]> {
  const answers = await classifier.classifyMany(texts, { spans: true });
  // One text alone goes another way than many.
  expect(await classifier.classify(texts[0] as string, { spans: true })).toEqual(answers[0]);
  await classifier.close();
  return answers;
}

export const equality: readonly Case[] = [
  {
    name: 'verdicts are those of the bundled vocabulary, bit for bit, in both modes',
    run: (harness) =>
      withStore(harness, async ({ pushModel, vocabulary }) => {
        const real = realTexts();
        expect(real.length).toBeGreaterThan(150);
        const texts = [...real, ...randomTexts(real)];
        await pushModel(undefined, '1');
        const bundled = await verdicts(createClassifier(), texts);
        expect(bundled.filter(({ scores }) => scores.toxic > 0.5).length).toBeGreaterThan(20);
        for (const mode of ['preload', 'onDemand'] as const) {
          const stored = createClassifier({ vocabulary: vocabulary({ mode }) });
          expect(await verdicts(stored, texts)).toEqual(bundled);
        }
      }),
  },
];
