import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClassifier } from '../src/classifier/classifier.js';
import { modelVocabulary } from '../src/model/vocabulary.js';
import { kerasTokenizer } from '../src/text/keras-tokenizer.js';
import { keyvVocabulary } from '../src/vocabulary/keyv-vocabulary.js';
import { pushVocabulary } from '../src/vocabulary/push-vocabulary.js';
import { useVersion } from '../src/vocabulary/versions.js';
import { holdsOf, LONGEST, THRICE } from './event-loop.js';
import { engineOf, FakeNetwork } from './sequence-engine.js';

vi.setConfig({ testTimeout: 120_000 });

const [WORDS, DIMENSIONS] = [50_000, 8];
const modes = ['preload', 'onDemand'] as const;

describe("the bundled model's vocabulary in a store", THRICE, () => {
  const rows = new Map<string, unknown>();
  let words: string[];

  beforeAll(async () => {
    const { description, entries } = await modelVocabulary();
    words = Array.from(entries, ({ word }) => word);
    await pushVocabulary(rows, entries, { ...description, version: '1' });
    await useVersion(rows, '1');
  }, 120_000);

  it.each(modes)(
    'is taken up, and asked for all of its words, without holding it, with mode: %s',
    async (mode) => {
      const vocabulary = keyvVocabulary(rows, { mode });
      const classifier = createClassifier({ vocabulary });
      onTestFinished(async () => {
        await classifier.close();
        await vocabulary.close();
      });
      const taken = await holdsOf(() => classifier.ready());
      expect(taken.longest).toBeLessThan(LONGEST);
      const judged = await holdsOf(() => classifier.classify(words.join(' ')));
      expect(judged.result.degraded).toBe(false);
      expect(judged.longest).toBeLessThan(LONGEST);
    },
  );
});

describe('a vocabulary of fifty thousand words in a store', THRICE, () => {
  const rows = new Map<string, unknown>();

  beforeAll(async () => {
    const about = { model: 'large', dimensions: DIMENSIONS, encoding: 'float32' } as const;
    for (const version of ['1', '2']) {
      const entries = Array.from({ length: WORDS }, (_, at) => ({
        word: `word${at + 1}`,
        index: at + 1,
        vector: new Float32Array(DIMENSIONS).fill(at / WORDS),
      }));
      await pushVocabulary(rows, entries, { ...about, version });
    }
    await useVersion(rows, '1');
  }, 120_000);

  const opened = (mode: (typeof modes)[number]) => {
    const vocabulary = keyvVocabulary(rows, { mode });
    onTestFinished(() => vocabulary.close());
    return vocabulary;
  };

  it.each(modes)('is read and changed without holding the event loop, with mode: %s', async (mode) => {
    const vocabulary = opened(mode);
    const first = await holdsOf(() => vocabulary.manifest());
    expect(first.result.words).toBe(WORDS);
    expect(first.longest).toBeLessThan(LONGEST);
    await useVersion(rows, '2');
    const second = await holdsOf(() => vocabulary.reload());
    await useVersion(rows, '1');
    expect(second.result.version).toBe('2');
    expect(second.longest).toBeLessThan(LONGEST);
  });

  it.each(modes)('is asked for all of its words without holding it, with mode: %s', async (mode) => {
    const vocabulary = opened(mode);
    const classifier = createClassifier({
      engine: engineOf(new FakeNetwork({ input: 'vectors', dimensions: DIMENSIONS })),
      tokenizer: kerasTokenizer(),
      vocabulary,
      maxTextLength: 2_000_000,
    });
    await classifier.classify('word1');
    const text = Array.from({ length: WORDS }, (_, at) => `word${at + 1}`).join(' ');
    const { longest } = await holdsOf(() => classifier.classify(text));
    expect(longest).toBeLessThan(LONGEST);
  });
});
