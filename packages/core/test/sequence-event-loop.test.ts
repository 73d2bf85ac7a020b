import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClassifier } from '../src/classifier/classifier.js';
import { foldedKeras } from '../src/engine/folded-keras.js';
import { LABELS } from '../src/labels.js';
import { kerasTokenizer } from '../src/text/keras-tokenizer.js';
import { commentNetwork, WORDS_KNOWN, wordIndexOf } from './comment-network.js';
import { holdsOf, LONGEST, THRICE } from './event-loop.js';

vi.setConfig({ testTimeout: 120_000 });

const HUNDRED_THOUSAND = 100_000;

const texts: Record<string, () => string> = {
  'of words that the network knows': () => textOf((at) => `word${1 + ((at * 7919) % WORDS_KNOWN)}`),
  'of words that it does not know': () => textOf((at) => `unknown${at}`),
  'of one word': () => textOf(() => 'word1'),
  'of one letter each': () => textOf(() => 'a'),
  'in capitals with signs around': () => textOf((at) => `(WORD${1 + (at % WORDS_KNOWN)}!?)`),
  'with commas between, without a blank': () => textOf((at) => `unknown${at},`).replaceAll(' ', ''),
  'that are one, without a blank': () => 'x'.repeat(9 * HUNDRED_THOUSAND),
};

function textOf(wordOf: (at: number) => string): string {
  return Array.from({ length: HUNDRED_THOUSAND }, (_, at) => wordOf(at)).join(' ');
}

describe('a text of a hundred thousand words, judged by a network of Keras', THRICE, () => {
  async function made() {
    const classifier = createClassifier({
      engine: foldedKeras({ model: await commentNetwork() }),
      tokenizer: kerasTokenizer({ wordIndex: wordIndexOf() }),
      maxTextLength: 2_000_000,
    });
    onTestFinished(() => classifier.close());
    await classifier.classify('word1 word2');
    return classifier;
  }

  it.each(Object.keys(texts))('%s: never holds the event loop', async (name) => {
    const classifier = await made();
    const text = (texts[name] as () => string)();
    const { result, longest, turns } = await holdsOf(() => classifier.classify(text));
    for (const score of Object.values(result.scores)) expect(score >= 0 && score <= 1).toBe(true);
    expect(turns).toBeGreaterThan(1);
    expect(longest).toBeLessThan(LONGEST);
  });

  it('is explained for every label without holding it', async () => {
    const classifier = await made();
    const text = textOf((at) => `word${1 + ((at * 7919) % WORDS_KNOWN)}`);
    const { longest } = await holdsOf(() => classifier.classify(text, { spans: () => LABELS }));
    expect(longest).toBeLessThan(LONGEST);
  });

  it('is judged beside others, and beside short ones, without holding it', async () => {
    const classifier = await made();
    const long = Object.values(texts).map((text) => text());
    const short = Array.from({ length: 200 }, (_, at) => `a short one, number ${at} of word${at}`);
    const longer = Array.from({ length: 100 }, (_, at) => `(WORD${at}!?) `.repeat(800));
    const { longest } = await holdsOf(() =>
      Promise.all([...long, ...longer, ...short].map((text) => classifier.classify(text))),
    );
    expect(longest).toBeLessThan(LONGEST);
    const many = await holdsOf(() => classifier.classifyMany([...short, ...long]));
    expect(many.longest).toBeLessThan(LONGEST);
  });
});
