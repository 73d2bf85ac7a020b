import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSpans, markedWords, mergeSpans, strongestWords } from '../src/classifier/spans.js';
import type { Span } from '../src/labels.js';
import { Tokeniser } from '../src/text/tokenise.js';

const NEAR = 3;
const span = fc
  .tuple(fc.nat(300), fc.integer({ min: 1, max: 20 }))
  .map(([start, length]): Span => [start, start + length]);
const spans = fc.array(span, { maxLength: 40 });

describe('mergeSpans', () => {
  it('does what its example says', () => {
    expect(
      mergeSpans([
        [8, 12],
        [0, 3],
        [4, 7],
      ]),
    ).toEqual([[0, 12]]);
    expect(mergeSpans([])).toEqual([]);
    expect(
      mergeSpans([
        [0, 4],
        [7, 9],
      ]),
    ).toEqual([
      [0, 4],
      [7, 9],
    ]);
    expect(
      mergeSpans([
        [0, 10],
        [2, 3],
      ]),
    ).toEqual([[0, 10]]);
  });

  it('gives spans in order and apart that cover the same, whatever their order', () => {
    fc.assert(
      fc.property(spans, (given) => {
        const before = structuredClone(given);
        const merged = mergeSpans(given);
        expect(given).toEqual(before);
        for (const [index, [start, end]] of merged.entries()) {
          expect(start).toBeLessThan(end);
          const next = merged[index + 1];
          if (next !== undefined) expect(next[0] - end).toBeGreaterThanOrEqual(NEAR);
          expect(given.some((one) => one[0] === start)).toBe(true);
          expect(given.some((one) => one[1] === end)).toBe(true);
        }
        for (const [start, end] of given) {
          expect(merged.some((one) => one[0] <= start && one[1] >= end)).toBe(true);
        }
        expect(mergeSpans(merged)).toEqual(merged);
        expect(mergeSpans([...given].reverse())).toEqual(merged);
      }),
    );
  });
});

describe('addSpans', () => {
  it('gives the same window by window as mergeSpans gives at once', () => {
    const windows = fc.array(fc.tuple(fc.nat(60), spans), { maxLength: 8 });
    fc.assert(
      fc.property(windows, (given) => {
        const all: Span[] = [];
        const merged: Span[] = [];
        let from = 0;
        for (const [step, found] of given) {
          from += step;
          const placed = found.map(([start, end]): Span => [start + from, end + from]);
          all.push(...placed);
          addSpans(merged, placed);
        }
        expect(merged).toEqual(mergeSpans(all));
      }),
    );
  });

  it('takes many windows in linear time', () => {
    const merged: Span[] = [];
    for (let at = 0; at < 2_000_000; at += 10) addSpans(merged, [[at, at + 4]]);
    expect(merged).toHaveLength(200_000);
  });
});

const window = new Tokeniser(10);
const text = 'one twö, three! four';
window.read(text, 0);
const wordsOf = (spans: readonly Span[]): string[] => spans.map(([start, end]) => text.slice(start, end));

describe('strongestWords', () => {
  const words = (contributions: number[]): string[] =>
    wordsOf(strongestWords(window, Float64Array.from(contributions)));

  it('gives the words from half the strongest on', () => {
    expect(words([1, 0.5, 0.49, -5])).toEqual(['one', 'twö']);
    expect(words([0.1, 2, 0.1, 2])).toEqual(['twö', 'four']);
  });

  it('gives none where none raises the score', () => {
    expect(words([0, 0, 0, 0])).toEqual([]);
    expect(words([-1, -2, -3, -4])).toEqual([]);
  });

  it('looks at the window only, not at what is left of a longer one', () => {
    expect(words([0.5, 0.1, 0.1, 0.1, 9, 9])).toEqual(['one']);
  });
});

describe('markedWords', () => {
  const weights = { bias: -2, contribution: 1, alone: 1, lead: 1, threshold: 0.5 };
  const words = (contributions: number[], alone: number[], changes: Partial<typeof weights> = {}): string[] =>
    wordsOf(
      markedWords(window, Float64Array.from(contributions), Float64Array.from(alone), {
        ...weights,
        ...changes,
      }),
    );

  it('gives the words whose logit is that of the threshold at the least', () => {
    expect(words([2, 1, 1, 0], [0, 0, 1, 0.5])).toEqual(['three']);
    expect(words([2, 2, 1, 0], [0, 0, 0, 0])).toEqual(['one', 'twö']);
    expect(words([2, 2, 1, 0], [0, 0, 0, 0], { threshold: 0.2 })).toEqual(['one', 'twö', 'three']);
  });

  it('holds against a word how far it lies below the highest', () => {
    expect(words([2, 2, 0, 0], [1, 3, 0, 0])).toEqual(['twö']);
    expect(words([2, 2, 0, 0], [1, 3, 0, 0], { lead: 0 })).toEqual(['one', 'twö']);
  });

  it('gives none of a harmless text', () => {
    expect(words([0.1, 0, 0, 0], [-3, -4, -3, -4])).toEqual([]);
  });

  it('looks at the window only, not at what is left of a longer one', () => {
    expect(words([3, 0, 0, 0, 9], [0, 0, 0, 0, 9])).toEqual(['one']);
  });
});
