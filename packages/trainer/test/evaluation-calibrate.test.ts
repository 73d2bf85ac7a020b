import { createGuard, LABELS, type Scores } from '@toxicity-guard/core';
import { describe, expect, it } from 'vitest';
import { calibrateThresholds } from '../src/evaluation/calibrate-thresholds.js';
import { LevelFinder } from '../src/evaluation/level.js';
import { even, folderOf, ruleClassifier } from './evaluation-files.js';

const classifier = ruleClassifier((text) => even(text.includes('rotten') ? 0.8 : 0.1));
const SCORE_COLUMNS = LABELS.map((label) => `${label}_score`);

/** A log of scores: 1000 clean comments with `toxic` at 0.000 to 0.999, and 100 toxic ones at 0.905 to 0.995. */
function scoredLog(others = 0): string {
  const lines = [['toxic', 'insult', ...SCORE_COLUMNS].join(',')];
  const line = (toxic: number, insult: number | '', score: number) =>
    lines.push([toxic, insult, score, ...Array<number>(5).fill(others * score)].join(','));
  for (let index = 0; index < 1000; index++) line(0, 0, index / 1000);
  for (let index = 0; index < 100; index++) line(1, index < 50 ? 1 : '', 0.905 + index / 1100);
  return `${lines.join('\n')}\n`;
}

describe('calibrateThresholds', () => {
  it('states thresholds that keep the rates, and what they find', async () => {
    const at = await folderOf({ 'log.csv': scoredLog() });
    const found = await calibrateThresholds({ log: at('log.csv'), classifier, resamples: 200 });
    expect([found.clean, found.toxic, found.leftOut]).toEqual([1000, 100, 0]);
    expect(found.positives).toMatchObject({ toxic: 100, insult: 50, threat: 0 });
    // Thirty of a thousand are 0.970 to 0.999; the threshold lies just above 0.969.
    expect(found.thresholds.flag.toxic).toBeCloseTo(0.97, 12);
    expect(found.thresholds.reject.toxic).toBeCloseTo(0.995, 12);
    expect(found.thresholds.flag.threat).toBe(0.5);
    expect(found.thresholds.reject.threat).toBe(0.9);
    expect(found.flag.cleanReached.value).toBe(0.03);
    expect(found.reject.cleanReached.value).toBe(0.005);
    const reached = Array.from({ length: 100 }, (_, index) => 0.905 + index / 1100 >= 0.97);
    expect(found.flag.found.toxic.value).toBe(reached.filter(Boolean).length / 100);
    expect(found.flag.toxicReached.value).toBe(found.flag.found.toxic.value);
    expect(found.flag.found.insult.value).toBe(0);
    expect(found.flag.found.threat).toEqual({ value: null, low: null, high: null });
    for (const { low, value, high } of [found.flag.thresholds.toxic, found.flag.cleanReached]) {
      expect(low).toBeLessThan(value as number);
      expect(high).toBeGreaterThan(value as number);
    }
    // The rule's own thresholds are 0.5 and 0.9.
    expect(found.flag.byDefault).toEqual({ cleanReached: 0.5, toxicReached: 1 });
  });

  it('keeps the rate when other labels are reached too', async () => {
    const at = await folderOf({ 'log.csv': scoredLog(1) });
    const { flag, reject, thresholds } = await calibrateThresholds({
      log: at('log.csv'),
      classifier,
      resamples: 0,
    });
    expect(flag.cleanReached.value).toBeLessThanOrEqual(0.03);
    expect(flag.cleanReached.value).toBeGreaterThan(0.02);
    expect(reject.cleanReached.value).toBeLessThanOrEqual(0.005);
    expect(thresholds.flag.insult).toBeGreaterThan(0.9);
    for (const label of LABELS) {
      expect(thresholds.reject[label]).toBeGreaterThanOrEqual(thresholds.flag[label]);
    }
  });

  it('judges texts where there are no scores, and gives what a guard takes as it is', async () => {
    const clean = Array.from(
      { length: 700 },
      (_, index) => `0,"pear ${index}${index < 7 ? ' is rotten' : ''}"`,
    );
    const at = await folderOf({
      'log.csv': `toxic,text\n${clean.join('\n')}\n1,a rotten pear\n,who knows\n`,
    });
    const found = await calibrateThresholds({ log: at('log.csv'), classifier, resamples: 0, flagRate: 0.02 });
    expect([found.clean, found.toxic, found.leftOut]).toEqual([700, 1, 1]);
    // Seven of 700 may be flagged, three refused.
    expect(found.thresholds.flag.toxic).toBeGreaterThan(0.1);
    expect(found.thresholds.flag.toxic).toBeLessThan(0.2);
    expect(found.thresholds.reject.toxic).toBeCloseTo(0.801, 12);
    const json = JSON.parse(JSON.stringify(found.thresholds));
    const judge = (scores: Scores) =>
      createGuard({ classifier: ruleClassifier(() => scores), thresholds: json }).judge({
        body: { text: 'pear' },
      });
    expect((await judge({ ...even(0), toxic: 0.5 })).action).toBe('flag');
    expect((await judge({ ...even(0), toxic: 0.85 })).action).toBe('reject');
    expect((await judge({ ...even(0), toxic: 0.1 })).action).toBe('allow');
  });

  it('takes a log that knows another label alone', async () => {
    const rows = Array.from({ length: 700 }, (_, index) => `${index % 10 === 0 ? 1 : 0},pear`);
    const at = await folderOf({ 'log.csv': `insult,text\n${rows.join('\n')}\n` });
    const found = await calibrateThresholds({ log: at('log.csv'), classifier, resamples: 0 });
    expect([found.clean, found.toxic]).toEqual([630, 70]);
    expect(found.flag.found.insult.value).toBe(0);
  });

  it.each([
    [
      'few.csv',
      'few.csv: holds 90 clean comments, and at least 100 are needed to say that 3 % of them are flagged.',
    ],
    [
      'some.csv',
      'some.csv: holds 300 clean comments, and at least 600 are needed to say that 0.5 % of them are refused.',
    ],
    ['toxic.csv', 'toxic.csv: holds 0 clean comments'],
    ['unlabelled.csv', 'unlabelled.csv: the header has none of the labels toxic, severe_toxic'],
    ['textless.csv', 'textless.csv: the header lacks text'],
    [
      'partly.csv',
      'partly.csv: the header lacks text, and of the scores it lacks severe_toxic_score, obscene_score',
    ],
    ['score.csv', 'score.csv: row 2: expected threat_score to be a number between 0 and 1'],
    ['label.csv', 'label.csv: row 2: expected toxic to be 0, 1 or blank'],
  ])('refuses %s in a sentence', async (name, message) => {
    const at = await folderOf({
      'few.csv': `toxic,text\n${'0,pear\n'.repeat(90)}`,
      'some.csv': `toxic,text\n${'0,pear\n'.repeat(300)}`,
      'toxic.csv': 'toxic,text\n1,rotten\n',
      'unlabelled.csv': 'text\npear\n',
      'textless.csv': 'toxic\n1\n',
      'partly.csv': 'toxic,toxic_score\n1,0.5\n',
      'score.csv': `toxic,${SCORE_COLUMNS.join(',')}\n1,0,0,0,2,0,0\n`,
      'label.csv': 'toxic,text\nmaybe,pear\n',
    });
    await expect(calibrateThresholds({ log: at(name), classifier })).rejects.toThrow(message);
  });

  it.each([
    [{ flagRate: 0 }, 'Expected `flagRate` to be a number between 0 and 1, got `0` (number)'],
    [{ rejectRate: 2 }, 'Expected `rejectRate` to be a number between 0 and 1, got `2` (number)'],
    [{ flagRate: 0.001 }, 'Expected `rejectRate` to be at most `flagRate` (0.001), got `0.005` (number)'],
  ])('refuses %j with a TypeError', async (options, message) => {
    await expect(calibrateThresholds({ log: 'none.csv', classifier, ...options })).rejects.toThrow(
      new TypeError(message),
    );
  });
});

describe('the finder of a level', () => {
  /** The slow way: how many clean comments reach any threshold. */
  const reached = (scores: readonly number[][], { toxic, others }: { toxic: number; others: number }) =>
    scores.filter(([first = 0, ...rest]) => first >= toxic || rest.some((score) => score >= others)).length;

  it('spends what it may, and no more, whatever the scores', () => {
    let state = 1;
    const next = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    for (let round = 0; round < 30; round++) {
      const scores = Array.from({ length: 500 }, () => LABELS.map(() => Math.round(next() ** 4 * 200) / 201));
      const finder = new LevelFinder(Float64Array.from(scores.flat()), [...scores.keys()]);
      for (const share of [0.002, 0.01, 0.05, 0.2]) {
        expect(reached(scores, finder.find(share, 0.5))).toBeLessThanOrEqual(Math.floor(share * 500));
      }
    }
  });

  it('counts a row as often as its weight says', () => {
    const scores = [0.9, 0.8, 0.7, 0.6].map((toxic) => [toxic, 0, 0, 0, 0, 0]);
    const rows = [0, 0, 0, 1, 2, 3];
    const twice = new LevelFinder(Float64Array.from(rows.flatMap((row) => scores[row]!)), [...rows.keys()]);
    const weighted = new LevelFinder(Float64Array.from(scores.flat()), [0, 1, 2, 3]);
    for (const share of [0.2, 0.5, 0.6, 0.9]) {
      expect(weighted.find(share, 0.5, [3, 1, 1, 1])).toEqual(twice.find(share, 0.5));
    }
  });
});
