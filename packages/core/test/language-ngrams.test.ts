import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eld } from 'eld/small';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadNgrams, Ngrams, readNgrams } from '../src/language/ngrams.js';
import { sampleOf, tellingWords } from '../src/language/words.js';
import type { Tensors } from '../src/model/safetensors.js';
import { english, others } from './language-samples.js';

const ngrams = await loadNgrams();

/** Each language's share of the highest score, by the packed table. */
function ours(words: string): Record<string, number> {
  const totals = ngrams.score(words);
  const best = Math.max(...totals);
  const held = ngrams.codes.map((code, index) => [code, (totals[index] as number) / best] as const);
  return Object.fromEntries(held.filter(([, share]) => share > 0));
}

/** The same by the package: it gives s / (s + 25), where s is the score by n-gram. */
function theirs(words: string): Record<string, number> {
  const scores = Object.entries(eld.detect(words).getScores());
  const raw = scores.map(([code, score]) => [code, score / (1 - score)] as const);
  const best = Math.max(...raw.map(([, score]) => score));
  return Object.fromEntries(raw.map(([code, score]) => [code, score / best]));
}

function expectTheSame(words: string): void {
  const [here, there] = [ours(words), theirs(words)];
  expect(Object.keys(here).sort()).toEqual(Object.keys(there).sort());
  for (const [code, share] of Object.entries(here)) expect(share).toBeCloseTo(there[code] as number, 9);
}

const wordsOf = (text: string) => tellingWords(sampleOf(text)).join(' ').toLowerCase();

describe('the packed n-grams', () => {
  it('are those of the eld package, on every sample', () => {
    for (const text of [...english, ...others]) {
      // ELD takes marks for borders of words.
      expectTheSame(wordsOf(text).replace(/\p{M}+/gu, ' '));
    }
  });

  it('are those of the eld package, on words that nobody wrote', () => {
    const letter = fc.constantFrom(
      ...'abcdefghijklmnopqrstuvwxyzäéñøßčабвгежиійαβγδשלוםمرحبا你好吗のです한국어',
    );
    const word = fc.string({ unit: letter, minLength: 1, maxLength: 30 });
    // ELD reads no more than 350 bytes.
    const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    fc.assert(fc.property(text, expectTheSame));
  });

  it('count once, however often a word comes', () => {
    const once = ngrams.score('bonjour').slice();
    expect(Math.max(...once)).toBeGreaterThan(0);
    expect(ngrams.score('bonjour bonjour bonjour')).toEqual(once);
  });

  it('say nothing of no words', () => {
    expect(Math.max(...ngrams.score(''), ...ngrams.score('   '))).toBe(0);
  });

  it('are read once', async () => {
    expect(await loadNgrams()).toBe(ngrams);
  });
});

describe('a table that is damaged', () => {
  const array = (...data: number[]) => ({ shape: [data.length], data: Uint8Array.from(data) });
  const whole: Tensors = new Map([
    ['inside', array()],
    ['start', array()],
    ['end', array()],
    ['whole', array(0, 0, 0x62, 0x61)],
    ['begins', array(0, 0, 0, 0, 1, 0, 0, 0)],
    ['languages', array(0)],
    ['scores', array(7)],
    ['codes', array(...Buffer.from('fr'))],
  ]);

  it('is not this one', () => {
    expect(new Ngrams(whole, 'x').score('ab')).toEqual(Float64Array.of(60));
  });

  it.each([
    ['without an array', 'scores', undefined, 'x has no array scores'],
    ['with floats for bytes', 'scores', { shape: [1], data: Float32Array.of(7) }, 'x has no array scores'],
    ['with a cut key', 'whole', array(0, 0, 0x62), 'x has a cut array whole'],
    ['with a key too many', 'inside', array(1, 0, 0, 0), 'x has arrays that do not fit together'],
    ['with a score too many', 'scores', array(7, 7), 'x has arrays that do not fit together'],
  ])('%s is unreadable', (_, name, tensor, message) => {
    const tensors = new Map(whole);
    if (tensor === undefined) tensors.delete(name);
    else tensors.set(name, tensor);
    expect(() => new Ngrams(tensors, 'x')).toThrow(
      expect.objectContaining({ code: 'MODEL_UNREADABLE', message }),
    );
  });

  it('names its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-ngrams-'));
    const file = join(folder, 'ngrams.safetensors');
    await expect(readNgrams(file)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining(file),
    });
    await writeFile(file, 'no table');
    await expect(readNgrams(file)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining(file),
    });
    await rm(folder, { recursive: true });
  });
});
