import { describe, expect, it } from 'vitest';
import type { Mode } from '../src/guard/decision.js';
import { aMode } from '../src/policy/mode.js';
import { resolvable, resolve } from '../src/policy/resolvable.js';
import { createPolicy, someThresholds, type Thresholds } from '../src/policy/thresholds.js';
import { all, scores } from './guard-classifier.js';

const model = { flag: all(0.5), reject: all(0.9) };
const verdict = (thresholds: Thresholds, given: Parameters<typeof scores>[0]) =>
  createPolicy(thresholds, model).judge(scores(given));

describe('thresholds', () => {
  it("are the model's by default, and reached at equality", () => {
    expect(verdict({}, { toxic: 0.499 })).toBeNull();
    expect(verdict({}, { toxic: 0.5 })).toEqual({ action: 'flag', labels: ['toxic'] });
    expect(verdict({}, { toxic: 0.9 })).toEqual({ action: 'reject', labels: ['toxic'] });
  });

  it('name the labels that reached the graver level, in order', () => {
    expect(verdict({}, { identity_hate: 0.95, insult: 0.6, toxic: 0.95 })).toEqual({
      action: 'reject',
      labels: ['toxic', 'identity_hate'],
    });
    expect(verdict({}, { insult: 0.6, obscene: 0.7 })).toEqual({
      action: 'flag',
      labels: ['obscene', 'insult'],
    });
  });

  it.each<[string, Thresholds, Parameters<typeof scores>[0], string | undefined]>([
    ['one number for all', { reject: 0.7 }, { threat: 0.7 }, 'reject'],
    ['per label', { reject: { threat: 0.7 } }, { threat: 0.7 }, 'reject'],
    ["a label not named keeps the model's", { reject: { threat: 0.7 } }, { toxic: 0.7 }, 'flag'],
    ['off for a label', { reject: { threat: false } }, { threat: 1 }, 'flag'],
    ['off for all', { reject: false }, { threat: 1 }, 'flag'],
    ['flag off leaves reject', { flag: false }, { threat: 0.9 }, 'reject'],
    ['flag off', { flag: false }, { threat: 0.89 }, undefined],
    ['both off', { flag: { insult: false }, reject: { insult: false } }, { insult: 1 }, undefined],
    ["a reject below the model's flag moves the flag", { reject: 0.3 }, { toxic: 0.3 }, 'reject'],
    ["a flag above the model's reject moves the reject", { flag: 0.95 }, { toxic: 0.92 }, undefined],
    ["a flag above the model's reject moves the reject to it", { flag: 0.95 }, { toxic: 0.95 }, 'reject'],
    ['undefined is absent', { flag: undefined, reject: { toxic: undefined } }, { toxic: 0.9 }, 'reject'],
    ['zero takes everything', { reject: 0 }, {}, 'reject'],
  ])('%s', (_, thresholds, given, action) => {
    expect(verdict(thresholds, given)?.action).toBe(action);
  });

  it.each([
    [
      { reject: { toxic: 1.5 } },
      'Expected `thresholds.reject.toxic` to be a number between 0 and 1, got `1.5` (number)',
    ],
    [{ flag: true }, 'Expected `thresholds.flag` to be a number between 0 and 1, got `true` (boolean)'],
    [{ flag: Number.NaN }, 'Expected `thresholds.flag` to be a number between 0 and 1, got `NaN` (number)'],
    [{ flag: null }, 'Expected `thresholds.flag` to be a number between 0 and 1, got `null` (null)'],
    [
      { reject: { toxc: 1 } },
      'Expected `thresholds.reject` to have only known keys, got `toxc`. Did you mean `toxic`?',
    ],
    [{ rejct: 1 }, 'Expected `thresholds` to have only known keys, got `rejct`. Did you mean `reject`?'],
    [
      { flag: 0.9, reject: { threat: 0.5 } },
      'Expected `thresholds.flag` to be at most `thresholds.reject.threat` (0.5), got `0.9` (number)',
    ],
    [
      { flag: { toxic: 0.9 }, reject: 0.5 },
      'Expected `thresholds.flag.toxic` to be at most `thresholds.reject` (0.5), got `0.9` (number)',
    ],
  ])('%o is wrong', (thresholds, message) => {
    expect(() => someThresholds(thresholds, 'thresholds')).toThrow(new TypeError(message));
  });

  it('that a classifier does not tell are a fault, not a pass', () => {
    const partial = { flag: all(0.5), reject: { ...all(0.9), threat: undefined as unknown as number } };
    expect(() => createPolicy({}, partial)).toThrow(expect.objectContaining({ code: 'CLASSIFIER_FAILED' }));
    expect(() => createPolicy({ reject: 0.5 }, partial)).not.toThrow();
  });
});

describe('an option that may be a function', () => {
  it('is checked at once where it is a value', () => {
    const check = resolvable(aMode);
    expect(check('flag', 'mode')).toBe('flag');
    expect(() => check('flagg', 'mode')).toThrow(
      "Expected `mode` to be 'reject', 'flag' or 'shadow', got `\"flagg\"` (string)",
    );
  });

  it('is asked for each request where it is a function', async () => {
    expect(await resolve('flag', {}, 'mode', aMode)).toBe('flag');
    expect(
      await resolve(({ route }) => (route === 'a' ? 'flag' : 'shadow'), { route: 'a' }, 'mode', aMode),
    ).toBe('flag');
    expect(await resolve(async () => 'shadow' as const, {}, 'mode', aMode)).toBe('shadow');
    expect(await resolve<Mode>(() => undefined, {}, 'mode', aMode)).toBeUndefined();
  });

  it('fails without telling what it gave', async () => {
    await expect(resolve(() => 'SECRET' as 'flag', {}, 'mode', aMode)).rejects.toMatchObject({
      code: 'POLICY_FAILED',
      message: "Expected `mode`, given by a function, to be 'reject', 'flag' or 'shadow'.",
    });
    const throwing = () => {
      throw new Error('SECRET');
    };
    await expect(resolve(throwing, {}, 'mode', aMode)).rejects.toMatchObject({
      code: 'POLICY_FAILED',
      message: expect.stringMatching(/^The `mode` function threw Error at [^S]*$/),
    });
  });
});
