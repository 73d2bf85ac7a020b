import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Classifier } from '../src/classifier/classification.js';
import { createClassifier } from '../src/classifier/classifier.js';
import { LABELS } from '../src/labels.js';
import { holdsOf, LONGEST, THRICE } from './event-loop.js';

// A hundred thousand words that are met for the first time take long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const MEGABYTE = 1_000_000;

/** A text of a given length, of words that a function names by their number. */
function textOf(length: number, wordOf: (index: number) => string): string {
  const words: string[] = [];
  for (let used = 0; used <= length; used += (words.at(-1)?.length ?? 0) + 1)
    words.push(wordOf(words.length));
  return words.join(' ').slice(0, length);
}

function megabyte(wordOf: (index: number) => string): string {
  return textOf(MEGABYTE, wordOf);
}

function letters(index: number, length: number): string {
  let [word, state] = ['', index + 1];
  while (word.length < length) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    word += String.fromCharCode(97 + ((state >>> 16) % 26));
  }
  return word;
}

function everyCodePoint(from: number): string {
  const units: string[] = [];
  for (let codePoint = from; units.length < MEGABYTE / 2; codePoint++) {
    if (codePoint > 0x10ffff) codePoint = 0x20000;
    units.push(String.fromCodePoint(codePoint));
  }
  return units.join('').slice(0, MEGABYTE);
}

const common = ['the', 'day', 'was', 'long', 'and', 'nobody', 'knew', 'why', 'it', 'rained', 'so', 'much'];

const texts: Record<string, () => string> = {
  'common words': () => megabyte((index) => common[(index * 7) % 12] as string),
  '100,000 distinct unknown words': () => megabyte((index) => letters(index, 9)),
  'a quarter of a megabyte of the longest unknown words': () =>
    textOf(MEGABYTE / 4, (index) => letters(index, 48)),
  'a quarter of a megabyte of words of signs': () =>
    textOf(MEGABYTE / 4, (index) => letters(index, 24).replace(/[a-m]/g, '1!$@|'[index % 5] as string)),
  'one-letter words': () => 'a '.repeat(MEGABYTE / 2),
  'one word': () => 'x'.repeat(MEGABYTE),
  blanks: () => ' '.repeat(MEGABYTE),
  'what is drawn as nothing': () => '\u200b'.repeat(MEGABYTE),
  'exclamation marks': () => '! '.repeat(MEGABYTE / 2),
  emoji: () => '😀'.repeat(MEGABYTE / 2),
  'lone surrogates': () => '\ud83d'.repeat(MEGABYTE),
  'every ideograph': () => everyCodePoint(0x3400),
  'every private character': () => everyCodePoint(0xf0000),
  'characters that unfold': () => '\ufdfa'.repeat(MEGABYTE),
};

/** What takes no second by the megabyte. */
const cheap = ['one-letter words', 'one word', 'blanks', 'exclamation marks', 'every private character'];

describe('a megabyte, judged by the bundled model', THRICE, () => {
  let classifier: Classifier;

  beforeAll(async () => {
    classifier = createClassifier();
    await classifier.classify('warm');
  });

  afterAll(() => classifier.close());

  it.each(Object.keys(texts))('%s: is judged, and never holds the event loop', async (name) => {
    const text = (texts[name] as () => string)();
    const { result, longest, turns } = await holdsOf(() => classifier.classify(text));
    for (const score of Object.values(result.scores)) expect(score >= 0 && score <= 1).toBe(true);
    expect(turns).toBeGreaterThan(1);
    expect(longest).toBeLessThan(LONGEST);
  });

  it('is explained for every label without holding it', async () => {
    const text = megabyte((index) => (index % 3 === 0 ? 'idiot' : (common[index % 12] as string)));
    const { result, longest } = await holdsOf(() => classifier.classify(text, { spans: () => LABELS }));
    expect(result.scores.toxic).toBeGreaterThan(0.5);
    expect(result.spans.length).toBeGreaterThan(0);
    expect(longest).toBeLessThan(LONGEST);
  });

  it('is judged beside others, and beside short ones, without holding it', async () => {
    const long = Object.values(texts).map((text) => text().slice(0, MEGABYTE / 10));
    long.push(...cheap.map((name) => (texts[name] as () => string)()));
    const short = Array.from({ length: 200 }, (_, index) => `a short one, number ${index}`);
    const { result, longest } = await holdsOf(() =>
      Promise.all([...long, ...short].map((text) => classifier.classify(text))),
    );
    expect(result).toHaveLength(long.length + short.length);
    expect(longest).toBeLessThan(LONGEST);
  });

  it('costs many short texts at once no hold either', async () => {
    const short = Array.from({ length: 1000 }, (_, index) => `number ${index} of ${letters(index, 6)}`);
    const { longest } = await holdsOf(() => Promise.all(short.map((text) => classifier.classify(text))));
    expect(longest).toBeLessThan(LONGEST);
    const many = await holdsOf(() => classifier.classifyMany(short));
    expect(many.longest).toBeLessThan(LONGEST);
  });
});

describe('the first text', THRICE, () => {
  it('waits for the model without holding the event loop', async () => {
    const classifier = createClassifier();
    const { longest } = await holdsOf(() => classifier.classify('first'));
    await classifier.close();
    expect(longest).toBeLessThan(LONGEST);
  });
});
