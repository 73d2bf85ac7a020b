import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rocAuc } from '../src/metrics.js';
import { dequantiseColumns, dequantiseRows, quantiseColumns, quantiseRows } from '../src/quantise.js';
import { Random } from '../src/random.js';
import { fitStack } from '../src/stacking.js';

const number = fc.float({ min: -10, max: 10, noNaN: true });

describe('rocAuc', () => {
  it('gives the figure of the textbook', () => {
    expect(rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  });

  it('leaves rows out whose label is unknown', () => {
    expect(rocAuc([0.1, 0.9, 0.4, 0.35, 0.8], [0, 255, 0, 1, 1])).toBe(0.75);
  });

  it('is NaN without both classes', () => {
    expect(rocAuc([0.1, 0.2], [1, 1])).toBeNaN();
  });

  it('is the share of pairs in the right order, ties half', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0, 1)), { minLength: 2 });
    fc.assert(
      fc.property(rows, (all) => {
        const positive = all.filter(([, label]) => label === 1);
        const negative = all.filter(([, label]) => label === 0);
        fc.pre(positive.length > 0 && negative.length > 0);
        const pairs = positive.flatMap(([p]) =>
          negative.map(([n]): number => (p > n ? 1 : p === n ? 0.5 : 0)),
        );
        const share = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
        const auc = rocAuc(
          all.map(([score]) => score),
          all.map(([, label]) => label),
        );
        expect(auc).toBeCloseTo(share, 10);
      }),
    );
  });
});

describe('quantise', () => {
  it('keeps rows within half a step', () => {
    fc.assert(
      fc.property(fc.array(fc.array(number, { minLength: 4, maxLength: 4 })), (rows) => {
        const values = Float32Array.from(rows.flat());
        const quantised = quantiseRows(values, 4);
        const back = dequantiseRows(quantised);
        for (const [at, value] of values.entries()) {
          const step = quantised.scales[Math.floor(at / 4)] as number;
          expect(Math.abs((back[at] as number) - value)).toBeLessThanOrEqual(step * 0.501 + 1e-6);
        }
      }),
    );
  });

  it('cuts off what lies beyond the quantile, and keeps zeros', () => {
    const values = Float32Array.from({ length: 100 }, (_, index) => (index < 99 ? index % 7 : 1000));
    const back = dequantiseColumns(quantiseColumns(values, 1, 0.95));
    expect(back[99]).toBeCloseTo(6, 1);
    expect(back[0]).toBe(0);
    expect(back[5]).toBeCloseTo(5, 1);
  });
});

describe('fitStack', () => {
  it('finds the weights that made the labels', () => {
    const random = new Random(3);
    const rows = Array.from({ length: 20_000 }, () => [random.normal(), random.normal()] as const);
    const labels = rows.map(([d, w]) => (random.next() < 1 / (1 + Math.exp(-(2 * d + w - 1))) ? 1 : 0));
    const stack = fitStack(
      rows.map(([d]) => d),
      rows.map(([, w]) => w),
      labels,
      labels.map(() => 1),
    );
    expect(stack.deep).toBeCloseTo(2, 0);
    expect(stack.wide).toBeCloseTo(1, 0);
    expect(stack.bias).toBeCloseTo(-1, 0);
  });

  it('leaves a part out that counts against itself', () => {
    const random = new Random(4);
    const deep = Array.from({ length: 2000 }, () => random.normal());
    const labels = deep.map((value) => (random.next() < 1 / (1 + Math.exp(-2 * value)) ? 1 : 0));
    const against = deep.map((value) => -value + random.normal());
    const stack = fitStack(
      deep,
      against,
      labels,
      labels.map(() => 1),
    );
    expect(stack.wide).toBeGreaterThanOrEqual(0);
    expect(stack.deep).toBeGreaterThan(1);
  });
});
