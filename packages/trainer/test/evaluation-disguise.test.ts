import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISGUISE_PAIRS, DISGUISES, type Disguise } from '../src/evaluation/disguise.js';
import { Random } from '../src/random.js';

const TEXT = 'Nobody believed that the complete idiot would apologise for those stupid remarks yesterday';
const all: readonly (readonly [string, Disguise])[] = [
  ...Object.entries(DISGUISES),
  ...Object.entries(DISGUISE_PAIRS),
];
const onWords = all.filter(([name]) => !/padded|camel/.test(name));

describe.each(all)('the disguise %s', (_, disguise) => {
  it('is decided by the seed', () => {
    expect(disguise(TEXT, new Random(3))).toBe(disguise(TEXT, new Random(3)));
    const seeds = Array.from({ length: 8 }, (__, seed) => disguise(TEXT, new Random(seed)));
    expect(new Set(seeds).size).toBeGreaterThan(1);
    for (const text of seeds) expect(text).not.toBe(TEXT);
  });

  it('takes any text', () => {
    const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(anyText, fc.integer(), (text, seed) => {
        expect(typeof disguise(text, new Random(seed))).toBe('string');
      }),
    );
  });
});

describe.each(onWords)('the disguise %s', (_, disguise) => {
  it('leaves function words, names and contractions as they are', () => {
    const text = "they don't @anyone would have been there";
    expect(disguise(text, new Random(1), 1)).toBe(text);
  });

  it('hides a share of the words, one at the least', () => {
    const text = Array(400).fill('apologise').join(' | ');
    const hidden = (share: number) =>
      disguise(text, new Random(5), share)
        .split(' | ')
        .filter((word) => word !== 'apologise').length;
    expect(hidden(0)).toBe(0);
    expect(hidden(1e-9)).toBe(1);
    expect(hidden(0.5)).toBeGreaterThan(150);
    expect(hidden(0.5)).toBeLessThan(250);
    expect(hidden(1)).toBeGreaterThan(390);
  });
});

describe('a disguise', () => {
  const one = (name: keyof typeof DISGUISES, seed = 1) => DISGUISES[name]('apologise', new Random(seed), 1);
  const seeds = Array.from({ length: 50 }, (_, seed) => seed);

  it.each(seeds)('does what its name says, with seed %i', (seed) => {
    expect(one('leet', seed)).toMatch(/^[a4@]p[o0][l1][o0][g96][i1!][s5$][e3]$/);
    expect(one('homoglyphs', seed).normalize('NFKC')).not.toBe('');
    expect(one('homoglyphs', seed)).toHaveLength(9);
    expect(one('spaced', seed)).toBe('a p o l o g i s e');
    expect(one('stretched', seed)).toMatch(/^a+p+o+l+o+g+i+s+e+$/);
    expect(one('stretched', seed).length).toBeGreaterThan(10);
    expect(one('zeroWidth', seed).replace(/[\u200b-\u200d\u2060\u00ad]/g, '')).toBe('apologise');
    expect(one('zeroWidth', seed).length).toBeGreaterThan(9);
    expect(one('punctuated', seed).replace(/[^a-z]/g, '')).toBe('apologise');
    expect(one('punctuated', seed)).toMatch(/^a.*[^a-z].*e$/);
    expect(one('mistyped', seed)).not.toBe('apologise');
    expect(Math.abs(one('mistyped', seed).length - 9)).toBeLessThanOrEqual(1);
    expect(DISGUISES.camelCase('we like it', new Random(seed), 1)).toMatch(/^(WeLikeIt)$/);
    const before = DISGUISES.paddedBefore(TEXT, new Random(seed));
    const after = DISGUISES.paddedAfter(TEXT, new Random(seed));
    expect(before.endsWith(` ${TEXT}`)).toBe(true);
    expect(after.startsWith(`${TEXT} `)).toBe(true);
    for (const text of [before, after]) {
      const words = text.replace(TEXT, '').trim().split(' ').length;
      expect(words).toBeGreaterThanOrEqual(50);
      expect(words).toBeLessThanOrEqual(200);
      expect(text).not.toMatch(/[{}]/);
    }
  });
});
