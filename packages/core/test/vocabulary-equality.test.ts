import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import type { Classifier } from '../src/classifier/classification.js';
import type { KeyvLike } from '../src/vocabulary/keyv-like.js';
import { modelFolder, smallModel, WORDS } from './small-model.js';
import { made, opened, pushModel } from './stored-vocabulary.js';

const corpus = new URL('../../../test/corpus/', import.meta.url);

/** Every seventh line of the corpus: enough of each file. */
function realTexts(): string[] {
  return ['must-pass', 'must-flag'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, corpus)).flatMap((file) =>
      readFileSync(new URL(`${folder}/${file}`, corpus), 'utf8')
        .split('\n')
        .filter((line, at) => line !== '' && at % 7 === 0),
    ),
  );
}

/** Words of a vocabulary, whole, spaced out, in pieces, mistyped and stretched, between anything at all. */
const words = fc.constantFrom(...WORDS, 'stone');
const disguised = words.chain((word) =>
  fc.constantFrom(
    word,
    [...word].join(' '),
    [...word].join('.'),
    `${word.slice(0, 2)}-${word.slice(2)}`,
    word.replace(/[aio]/, (vowel) => ({ a: '4', i: '1', o: '0' })[vowel] as string),
    word.replace(/.$/, (last) => last.repeat(5)),
    word.split('').reverse().join(''),
    word.toUpperCase(),
    `${word}${word}`,
  ),
);
const text = fc
  .array(fc.oneof({ weight: 5, arbitrary: disguised }, fc.string({ unit: 'binary', maxLength: 12 })), {
    maxLength: 120,
  })
  .map((parts) => parts.join(' '));

async function verdicts(classifier: Classifier, texts: readonly string[]) {
  const answers = await classifier.classifyMany(texts, { spans: true });
  // One text alone goes another way than many.
  const [first] = texts;
  if (first !== undefined) expect(await classifier.classify(first, { spans: true })).toEqual(answers[0]);
  return answers;
}

describe('a vocabulary in a store gives the verdicts of the one in the model, bit for bit', () => {
  /** One classifier without a store and others with one, all ready. */
  async function setUp(): Promise<{ bundled: Classifier; others: Classifier[] }> {
    const model = await modelFolder(smallModel({ window: 40, stride: 30 }));
    const keyv = new Keyv();
    await pushModel(keyv, model);
    const one: KeyvLike = { get: (key) => keyv.get(key), set: () => false, delete: () => false };
    // Caches that hold all, next to nothing, and nothing.
    const others = [
      opened(keyv, { mode: 'preload' }),
      opened(keyv, { mode: 'onDemand' }),
      opened(keyv, { mode: 'onDemand', cacheBytes: 600 }),
      opened(one, { mode: 'onDemand', cacheBytes: 0 }),
    ].map((vocabulary) => made({ model, vocabulary }));
    const bundled = made({ model });
    await Promise.all([bundled, ...others].map((classifier) => classifier.ready()));
    return { bundled, others };
  }

  it('one text after the other', async () => {
    const { bundled, others } = await setUp();
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 5 }), async (texts) => {
        const expected = await verdicts(bundled, texts);
        for (const other of others) expect(await verdicts(other, texts)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('all texts at once, through one network', async () => {
    const { bundled, others } = await setUp();
    const texts = fc.sample(text, { numRuns: 60, seed: 7 });
    const expected = await Promise.all(texts.map((one) => bundled.classify(one, { spans: true })));
    for (const other of others) {
      const answers = await Promise.all(texts.map((one) => other.classify(one, { spans: true })));
      expect(answers).toEqual(expected);
    }
  });

  it('with the bundled model, on real texts', { timeout: 300_000 }, async () => {
    const keyv = new Keyv();
    await pushModel(keyv);
    const texts = realTexts();
    expect(texts.length).toBeGreaterThan(100);
    const bundled = await verdicts(made({}), texts);
    for (const mode of ['preload', 'onDemand'] as const) {
      const classifier = made({ vocabulary: opened(keyv, { mode }) });
      expect(await verdicts(classifier, texts)).toEqual(bundled);
    }
  });
});
