import { describe, expect, it, vi } from 'vitest';
import type { OverlayEntry } from '../src/overlay/entry.js';
import { memoryOverlay } from '../src/overlay/memory-overlay.js';
import { withOverlay } from '../src/overlay/with-overlay.js';
import { holdsOf, LONGEST, THRICE } from './event-loop.js';
import { wordClassifier } from './guard-classifier.js';

vi.setConfig({ testTimeout: 120_000 });

const LENGTH = 250_000;

const entries: OverlayEntry[] = [
  { phrase: 'stone', action: 'deny' },
  { phrase: 'stone river', action: 'allow' },
  { phrase: 'river river river', action: 'deny', label: 'insult' },
  { phrase: 'x', action: 'allow' },
  { phrase: 'a', action: 'deny' },
  { phrase: 'a b', action: 'allow' },
  ...Array.from({ length: 5000 }, (_, at): OverlayEntry => {
    return { phrase: `word${at.toString(26)} river${at % 7}`, action: at % 2 === 0 ? 'deny' : 'allow' };
  }),
];

const repeated = (piece: string): string => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);

const texts: Record<string, string> = {
  'phrases that contradict each other': repeated('stone river river river stone, '),
  'a phrase that covers all': repeated('river '),
  'far phrases': repeated(`stone${' '.repeat(40)}`),
  'one-letter words': repeated('a '),
  'pieces of words': repeated('ri-ver-'),
  'one word': repeated('x'),
  blanks: repeated(' '),
  'what is drawn as nothing': repeated('\u200b'),
  emoji: repeated('😀'),
  signs: repeated('r1!|l!1ver '),
};

describe('a quarter of a megabyte', THRICE, () => {
  it.each(Object.entries(texts))('of %s is searched without holding the event loop', async (_, text) => {
    const inner = wordClassifier();
    const classifier = withOverlay(inner, memoryOverlay(entries));
    await classifier.ready();
    const { result, longest } = await holdsOf(() => classifier.classify(text, { spans: true }));
    expect(inner.seen[0]).toHaveLength(text.length);
    expect(result.model).toBe('words-1');
    expect(longest).toBeLessThan(LONGEST);
  });
});

it('twenty thousand phrases are made ready without holding the event loop', THRICE, async () => {
  const many = Array.from({ length: 20_000 }, (_, at): OverlayEntry => {
    return { phrase: `stone${at} river`, action: 'deny' };
  });
  const overlay = memoryOverlay(many);
  const { longest } = await holdsOf(() => Promise.resolve(overlay.listsFor()));
  expect(longest).toBeLessThan(LONGEST);
  expect(await overlay.list()).toHaveLength(many.length);
});
