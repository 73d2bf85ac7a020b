import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  aBoolean,
  aFunction,
  aNumber,
  anArrayOf,
  anInteger,
  anObject,
  aString,
  type Check,
  type Checks,
  checkOptions,
  nearest,
  oneOf,
  WrongArgument,
} from '../src/check.js';

interface Example {
  readonly max?: number | undefined;
  readonly mode?: 'fast' | 'slow' | undefined;
  readonly nested?: { readonly share?: number | undefined } | undefined;
  readonly names?: readonly string[] | undefined;
}

const checks: Checks<Example> = {
  max: anInteger(1),
  mode: oneOf('fast', 'slow'),
  nested: anObject<{ share?: number | undefined }>({ share: aNumber(0, 1) }),
  names: anArrayOf(aString),
};

describe('a wrong argument', () => {
  it.each<[Check<unknown>, unknown, string]>([
    [aNumber(0, 1), 1.5, 'Expected `x` to be a number between 0 and 1, got `1.5` (number)'],
    [aNumber(0, 1), '0.5', 'Expected `x` to be a number between 0 and 1, got `"0.5"` (string)'],
    [aNumber(0, 1), Number.NaN, 'Expected `x` to be a number between 0 and 1, got `NaN` (number)'],
    [anInteger(1), 1.5, 'Expected `x` to be a whole number of 1 or more, got `1.5` (number)'],
    [anInteger(1, 5), 6n, 'Expected `x` to be a whole number between 1 and 5, got `6n` (bigint)'],
    [anInteger(1), Infinity, 'Expected `x` to be a whole number of 1 or more, got `Infinity` (number)'],
    [aBoolean, null, 'Expected `x` to be true or false, got `null` (null)'],
    [aString, '', 'Expected `x` to be a string that is not empty, got `""` (string)'],
    [aFunction, ['secret'], 'Expected `x` to be a function, got `[…]` (array)'],
    [aFunction, { text: 'secret' }, 'Expected `x` to be a function, got `{…}` (object)'],
    [oneOf('a', 'b', 'c'), aString, "Expected `x` to be 'a', 'b' or 'c', got `aString` (function)"],
    [aBoolean, Symbol('s'), 'Expected `x` to be true or false, got `Symbol(s)` (symbol)'],
  ])('%# is told in one grammar', (check, value, message) => {
    expect(() => check(value, 'x')).toThrow(new TypeError(message));
    expect(() => check(value, 'x')).toThrow(WrongArgument);
  });

  it('shows no more of a string than its start', () => {
    expect(() => aBoolean('a'.repeat(1_000), 'x')).toThrow(`got \`"${'a'.repeat(60)}…"\` (string)`);
  });
});

describe('checkOptions', () => {
  it('gives a fresh object with what was set', () => {
    const options = Object.freeze({ max: 3, mode: undefined, names: ['a'] });
    const checked = checkOptions<Example>(options, checks);
    expect(checked).toStrictEqual({ max: 3, names: ['a'] });
    expect(checked).not.toBe(options);
  });

  it('names the path of what is wrong', () => {
    expect(() => checkOptions({ nested: { share: 2 } }, checks)).toThrow(
      'Expected `nested.share` to be a number between 0 and 1, got `2` (number)',
    );
    expect(() => checkOptions({ names: ['a', 1] }, checks)).toThrow('Expected `names[1]` to be a string');
  });

  it('throws for an unknown key and names the nearest', () => {
    const tell = (options: object) => () => checkOptions(options, checks);
    expect(tell({ mx: 1 })).toThrow(
      new TypeError('Expected `options` to have only known keys, got `mx`. Did you mean `max`?'),
    );
    expect(tell({ nested: { shares: 1 } })).toThrow(
      'Expected `nested` to have only known keys, got `shares`. Did you mean `share`?',
    );
    expect(tell({ zzzzzz: undefined })).toThrow(/got `zzzzzz`$/);
    expect(tell(Object.create({ mx: 1 }))).toThrow('got `mx`');
    expect(tell(JSON.parse('{"__proto__": 1}'))).toThrow('got `__proto__`');
    expect(tell({ toString: 1 })).toThrow('got `toString`');
  });

  it.each([null, 1, 'x', [], () => 1])('does not take %o for options', (value) => {
    expect(() => checkOptions(value, checks)).toThrow('Expected `options` to be an object');
  });

  it('has a key map that the compiler keeps complete', () => {
    // @ts-expect-error three keys are missing
    const incomplete: Checks<Example> = { max: anInteger(1) };
    expect(incomplete).toBeDefined();
    expectTypeOf(checkOptions<Example>({}, checks)).toEqualTypeOf<Example>();
  });
});

describe('nearest', () => {
  it.each([
    ['treshold', 'thresholds'],
    ['max_fields', 'maxFields'],
    ['MaxFields', 'maxFields'],
    ['onDecison', 'onDecision'],
    ['field', 'fields'],
    ['colour', undefined],
    ['x'.repeat(100_000), undefined],
  ])('of %.20s is %s', (word, expected) => {
    expect(nearest(word, ['thresholds', 'maxFields', 'onDecision', 'fields'])).toBe(expected);
  });
});
