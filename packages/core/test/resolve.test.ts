import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidates, resolve } from '../src/text/resolve.js';
import { Tokeniser } from '../src/text/tokenise.js';

const VOCABULARY = new Set([
  'fool',
  'idiot',
  'silly',
  'hello',
  'so',
  'happy',
  'boot',
  'book',
  'dog',
  'cool',
  '0',
]);
const has = (word: string): boolean => VOCABULARY.has(word);

describe('resolve', () => {
  it.each([
    ['a word', 'fool', 'fool'],
    ['a digit as a letter', 'f00l', 'fool'],
    ['several signs', '1d!ot', 'idiot'],
    ['a sign read as l', 'si1ly', 'silly'],
    ['mixed readings of one sign', 'he11o', 'hello'],
    ['an opening sign', '$o', 'so'],
    ['a stretched word', 'sooooo', 'so'],
    ['a stretched word with a double letter', 'coooool', 'cool'],
    ['a stretch at several places', 'haaaappyyyy', 'happy'],
    ['a stretched and signed word', 'f000l', 'fool'],
    ['a possessive', "dog's", 'dog'],
    ['signs that mean nothing', 'fo+ol', 'fool'],
    ['a number', '1234567', '0'],
    ['a doubled letter throughout', 'ddoogg', 'dog'],
  ])('reads %s', (_, token, word) => {
    expect(resolve(token, has)).toBe(word);
  });

  it.each([
    ['in its plain full form', 'blarrrgh', 'blarrgh'],
    ['with its signs read', 'bl4rgh', 'blargh'],
    ['with its stars', 'bl*rgh', 'bl*rgh'],
    ['as a picture', '😀', '😀'],
  ])('gives what no vocabulary holds %s', (_, token, word) => {
    expect(resolve(token, has)).toBe(word);
  });

  it('gives a word of the vocabulary, or the last candidate', () => {
    const words = fc.stringMatching(/^[a-z0-9@$!|+*'€é]{1,48}$/);
    fc.assert(
      fc.property(words, (token) => {
        fc.pre(/[^0-9]/.test(token));
        const list = candidates(token);
        const word = resolve(token, has);
        expect(list[0] === token || list.at(-1) === token).toBe(true);
        expect(new Set(list).size).toBe(list.length);
        expect(word).toBe(list.find(has) ?? list.at(-1));
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws on a token of any text, and offers a bounded number of readings', () => {
    const tokeniser = new Tokeniser(100);
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    });
    fc.assert(
      fc.property(text, (any) => {
        tokeniser.read(any, 0);
        for (const token of tokeniser.words()) {
          const list = candidates(token);
          expect(list.length).toBeLessThanOrEqual(16);
          expect(list.every((word) => typeof word === 'string' && word.length <= token.length)).toBe(true);
          expect(resolve(token, () => false)).toBe(list.at(-1));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the longest tokens of the worst letters in no time', () => {
    const worst = [
      "'".repeat(48),
      'a'.repeat(48),
      `${'1'.repeat(47)}a`,
      '*'.repeat(48),
      '!|1'.repeat(16),
      'ab'.repeat(24),
    ];
    const started = process.cpuUsage();
    for (let round = 0; round < 200; round++) for (const token of worst) resolve(token, () => false);
    expect(process.cpuUsage(started).user / (200 * worst.length)).toBeLessThan(2000);
  });
});
