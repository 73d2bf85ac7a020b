import { describe, expect, it } from 'vitest';
import { isLow, nextSize } from '../src/cluster/next-size.mjs';

const settings = { minimum: 2, maximum: 50, step: 3, queue: 8, delayMs: 100, idleMs: 60_000 };
const beats = (count: number, queue: number, delayMs = 0) =>
  Array.from({ length: count }, () => ({ queue, delayMs }));
const next = (wanted: number, told: { queue: number; delayMs: number }[], lowForMs = 0) =>
  nextSize({ wanted, beats: told, lowForMs, settings });

describe('how many workers there are to be (B3)', () => {
  it('grows by the step from 5 to 50 and no further while the queue is long', () => {
    const sizes = [5];
    for (let size = 5; size < 50; sizes.push(size)) size = next(size, beats(size, 8));
    expect(sizes).toEqual([5, 8, 11, 14, 17, 20, 23, 26, 29, 32, 35, 38, 41, 44, 47, 50]);
    expect(next(50, beats(50, 100))).toBe(50);
  });

  it('grows where event loops are late', () => {
    expect(next(5, beats(5, 0, 100))).toBe(8);
    expect(next(5, beats(5, 7, 99))).toBe(5);
  });

  it('goes by the mean: one that is late says nothing of the others', () => {
    expect(next(5, [...beats(4, 0), { queue: 20, delayMs: 400 }])).toBe(5);
  });

  it('waits for those that are starting', () => {
    expect(next(8, beats(5, 100))).toBe(8);
  });

  it('shrinks by the step after the time of low load, down to the minimum', () => {
    expect(next(8, beats(8, 0), 59_999)).toBe(8);
    expect(next(8, beats(8, 0), 60_000)).toBe(5);
    expect(next(3, beats(3, 0), 60_000)).toBe(2);
  });

  it('keeps a distance between what is low and what makes it grow', () => {
    expect([isLow(beats(2, 1.9), settings), isLow(beats(2, 2), settings)]).toEqual([true, false]);
    expect([isLow(beats(2, 0, 24), settings), isLow(beats(2, 0, 25), settings)]).toEqual([true, false]);
  });
});
