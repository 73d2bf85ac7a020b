import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommonWords } from '../src/text/common-words.js';
import { candidates, resolve, slips } from '../src/text/resolve.js';
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
const WORDS = [...VOCABULARY];
const rankOf = (word: string): number => WORDS.indexOf(word);
const none = (): number => -1;

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
    expect(resolve(token, rankOf)).toBe(word);
  });

  it.each([
    ['two letters swapped', 'slily', 'silly'],
    ['a letter too many', 'idiotr', 'idiot'],
    ['a letter left out', 'idiott', 'idiot'],
    ['a wrong letter', 'sully', 'silly'],
    ['letters stretched all over', 'hhhaaapppyyy', 'happy'],
  ])('reads a word with %s', (_, token, word) => {
    expect(resolve(token, rankOf)).toBe(word);
  });

  it('takes a mistyped word for the most frequent one that it may be', () => {
    const words = ['house', 'mouse', 'horse'];
    const slipped = (frequent: string): string =>
      resolve('hoause', (word) => (word === frequent ? 5 : words.includes(word) ? 9 : -1));
    expect(slipped('house')).toBe('house');
    expect(resolve('mouze', (word) => words.indexOf(word))).toBe('mouse');
    expect(resolve('hxuse', (word) => (word === 'house' ? 20_000 : -1))).toBe('hxuse');
  });

  it('finds the same with the common words at hand, and makes far fewer words for it', () => {
    const words = ['river', 'house', 'garden', 'mouse', 'horse', 'silly', 'idiot', 'window', 'winter'];
    const common = new CommonWords(words);
    const rank = (word: string): number => words.indexOf(word);
    const letters = fc.constantFrom(...'abcdeghinorstuvw');
    const mistyped = fc
      .tuple(
        fc.constantFrom(...words),
        fc.nat(5),
        fc.constantFrom(0, 1),
        fc.string({ unit: letters, maxLength: 1 }),
      )
      .map(([word, at, cut, letter]) => word.slice(0, at) + letter + word.slice(at + cut));
    let made = 0;
    fc.assert(
      fc.property(mistyped, (word) => {
        expect(resolve(word, rank, common)).toBe(resolve(word, rank));
        made = Math.max(made, slips(word, common).length);
      }),
      { numRuns: 500 },
    );
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(30);
  });

  it('keeps the first letter, and short words as they are', () => {
    expect(slips('fools').every((word) => word.startsWith('f'))).toBe(true);
    expect(resolve('gool', rankOf)).toBe('gool');
    expect(resolve('tidiot', rankOf)).toBe('tidiot');
  });

  it.each([
    ['in its plain full form', 'blarrrgh', 'blarrgh'],
    ['with its signs read', 'bl4rgh', 'blargh'],
    ['with its stars', 'bl*rgh', 'bl*rgh'],
    ['as a picture', '😀', '😀'],
  ])('gives what no vocabulary holds %s', (_, token, word) => {
    expect(resolve(token, rankOf)).toBe(word);
  });

  it('gives a word of the vocabulary, or the last candidate', () => {
    const words = fc.stringMatching(/^[a-z0-9@$!|+*'€é]{1,48}$/);
    fc.assert(
      fc.property(words, (token) => {
        fc.pre(/[^0-9]/.test(token));
        const list = candidates(token);
        const word = resolve(token, rankOf);
        expect(list[0] === token || list.at(-1) === token).toBe(true);
        expect(new Set(list).size).toBe(list.length);
        const slip = slips(list.at(-1) as string);
        const own = list.find((some) => VOCABULARY.has(some));
        expect(own === undefined ? [list.at(-1), ...slip] : [own]).toContain(word);
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
          expect(list.length).toBeLessThanOrEqual(128);
          expect(slips(token).length).toBeLessThanOrEqual(1100);
          expect(list.every((word) => typeof word === 'string' && word.length <= token.length)).toBe(true);
          expect(resolve(token, none)).toBe(list.at(-1));
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
    for (let round = 0; round < 200; round++) for (const token of worst) resolve(token, none);
    expect(process.cpuUsage(started).user / (200 * worst.length)).toBeLessThan(2000);
  });
});
