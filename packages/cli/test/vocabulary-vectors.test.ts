import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { VocabularyEntry } from '@toxicity-guard/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gloveVocabulary } from '../src/vocabulary/glove-vocabulary.js';
import { parseNumber } from '../src/vocabulary/parse-number.js';
import { readVectors } from '../src/vocabulary/read-vectors.js';
import { readWordIndex } from '../src/vocabulary/read-word-index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-vectors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function fileOf(content: string | Buffer, name = `${++files}.txt`): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function vectorsOf(content: string | Buffer) {
  const counts = { dimensions: 0, bytes: 0, unwanted: 0, wordless: 0 };
  const lines: [string, number[]][] = [];
  for await (const { word, vector } of readVectors(await fileOf(content), counts)) {
    lines.push([word, [...vector]]);
  }
  return { lines, ...counts };
}

describe('readVectors', () => {
  const lines = [
    ['the', [0.5, -0.25]],
    ['café', [-1, 2e-3].map(Math.fround)],
  ];

  it.each([
    ['GloVe', 'the 0.5 -0.25\ncafé -1 2e-3\n'],
    ['the end without a line feed', 'the 0.5 -0.25\ncafé -1 2e-3'],
    ['CRLF', 'the 0.5 -0.25\r\ncafé -1 2e-3\r\n'],
    ['word2vec', '2 2\nthe 0.5 -0.25\ncafé -1 2e-3\n'],
    ['fastText', '2 2\nthe 0.5 -0.25 \ncafé -1 2e-3 \n\n'],
    ['gzip', gzipSync('the 0.5 -0.25\ncafé -1 2e-3\n')],
  ])('reads %s', async (_, content) => {
    expect(await vectorsOf(content)).toMatchObject({ lines, dimensions: 2, wordless: 0 });
  });

  it('keeps the sign of a zero', async () => {
    const { lines } = await vectorsOf('the -0.0 0\n');
    expect(Object.is(lines[0]?.[1][0], -0)).toBe(true);
    expect(Object.is(lines[0]?.[1][1], 0)).toBe(true);
  });

  it('reads words with blanks, numbers, other white space, and lines without a word', async () => {
    const content =
      'a 1 2\n. . . 1 2\nat name@domain.com 1 2\n2024 1 2\n\u00a0 1 2\n\u0085 1 2\n\u2028 1 2\n 1 2\n';
    const { lines, wordless } = await vectorsOf(content);
    const words = ['a', '. . .', 'at name@domain.com', '2024', '\u00a0', '\u0085', '\u2028'];
    expect(lines).toEqual(words.map((word) => [word, [1, 2]]));
    expect(wordless).toBe(1);
  });

  it.each([
    ['the 1 2\nof 1\n', /^Line 2 of .* has fewer than 2 numbers behind a word$/],
    ['the 1 2\n\nof\n', /^Line 3 of .* has fewer than 2 numbers behind a word$/],
    ['the 1 2\nof 1 2 3\n', /^Line 2 of .* has more than 2 numbers, or two blanks in a row$/],
    ['the 1 2\nof 1 nan\n', /^Line 2 of .* has something else than a number: nan$/],
    ['the 1 2\nof -inf 1\n', /^Line 2 of .* has something else than a number: -inf$/],
    ['the 1 2\nof 1e39 1\n', /^Line 2 of .* has something else than a number: 1e39$/],
    ['the 1 2\nof 1  2\n', /^Line 2 of .* has more than 2 numbers, or two blanks in a row$/],
    ['the 1 2\nof 1 0.5.5\n', /^Line 2 of .* has something else than a number: 0.5.5$/],
    ['Once upon a time\n', /^Line 1 of .* has no numbers: a word and its vector are expected$/],
    [`the 1 2\n${'x'.repeat(2 ** 21)} 1 2\n`, /^Line 2 of .* is longer than 1048576 bytes/],
    ['', /has no vectors$/],
    ['PK\u0003\u0004', /is a zip archive: unpack it first$/],
    [gzipSync('the 1 2\n'.repeat(9_999)).subarray(0, 60), /unexpected end of file$/],
  ])('refuses %j', async (content, message) => {
    await expect(vectorsOf(content)).rejects.toThrow(message);
  });
});

describe('parseNumber', () => {
  const same = (text: string): void => {
    const expected = text === '' ? Number.NaN : Number(text);
    expect(Object.is(parseNumber(`x${text} `, 1, text.length + 1), expected), text).toBe(true);
  };

  it('reads numbers as Number() does, to the last bit', () => {
    fc.assert(fc.property(fc.double(), (number) => same(String(number))));
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), fc.nat(20), (number, digits) =>
        same(number.toFixed(digits)),
      ),
    );
    fc.assert(fc.property(fc.stringMatching(/^[-+.0-9e]{0,18}$/), same));
  });
});

describe('readWordIndex', () => {
  const index = { the: 1, '"a\\b"': 3, 'é\u2028😀': 2 };
  const words = ['the', 'é\u2028😀', '"a\\b"'];
  const config = { num_words: 2, oov_token: null, word_index: JSON.stringify(index) };
  const tokenizer = JSON.stringify({ class_name: 'Tokenizer', config });
  // As Python writes it.
  const ascii = '{"the": 1, "\\"a\\\\b\\"": 3, "\\u00e9\\u2028\\ud83d\\ude00": 2}';

  it.each([
    ['word_index', JSON.stringify(index)],
    ['word_index with blanks', JSON.stringify(index, null, 2)],
    ['word_index of ASCII alone', ascii],
    ['tokenizer.to_json()', tokenizer],
    ['tokenizer.to_json() through json.dump()', JSON.stringify(tokenizer)],
  ])('reads %s', async (_, content) => {
    const found = await readWordIndex(await fileOf(content));
    expect(found).toMatchObject({ words, firstIndex: 1 });
    expect([...words, 'other', '__proto__'].map(found.placeOf)).toEqual([0, 1, 2, undefined, undefined]);
  });

  it('takes the words of the lowest indexes', async () => {
    const found = await readWordIndex(await fileOf(JSON.stringify(index)), 2);
    expect(found.words).toEqual(words.slice(0, 2));
    expect(words.map(found.placeOf)).toEqual([0, 1, undefined]);
  });

  it.each([
    ['{"a": 1, "b": 3}', /has no word with the index 2$/],
    ['{"a": 1, "b": 2, "c": 2}', /has two words with the index 2$/],
    ...['{}', '[]', '{"a": 1', '{"a": 1} x', '{"a": "1"}', '{"a": 1.5}', '{"a": -1}', 'null', '"x"'].map(
      (content): [string, RegExp] => [content, /is no word index: a JSON object of words and whole numbers/],
    ),
  ])('refuses %j', async (content, message) => {
    await expect(readWordIndex(await fileOf(content))).rejects.toThrow(message);
  });
});

describe('gloveVocabulary', () => {
  const options = { onRead: () => {}, signal: new AbortController().signal };
  const read = async (file: string, more: object) => {
    const { description, entries, remarks } = await gloveVocabulary(file, { ...options, ...more });
    const all: VocabularyEntry[] = [];
    for await (const entry of entries) all.push(entry);
    return {
      description,
      words: all.map(({ word, index, vector }) => [word, index, ...(vector ?? [])]),
      remarks: remarks(),
    };
  };

  it('numbers the words of a file, each once', async () => {
    const file = await fileOf('the 1 2\nof 3 4\nthe 5 6\n 1 1\nand 7 8\n', 'glove.6B 2d.txt');
    const all = await read(file, {});
    expect(all.description).toEqual({
      version: 'glove.6B-2d',
      model: 'glove.6B-2d',
      dimensions: 2,
      encoding: 'float32',
    });
    expect(all.words).toEqual([
      ['the', 1, 1, 2],
      ['of', 2, 3, 4],
      ['and', 3, 7, 8],
    ]);
    expect(all.remarks).toEqual([
      'Lines that repeat a word and were passed over: 1.',
      'Lines that have numbers and no word, and were passed over: 1.',
    ]);
    expect((await read(file, { words: 1 })).words).toEqual([['the', 1, 1, 2]]);
  });

  it('gives the words of an index their vectors, and zeros to those that have none, as Keras does', async () => {
    const file = await fileOf('of 3 4\nxyzzy 9 9\nthe 5 6\nthe 1 2\n');
    const wordIndex = await fileOf('{"the": 1, "frobnicate": 2, "of": 3}');
    const all = await read(file, { wordIndex });
    expect(all.words).toEqual([
      ['the', 1, 1, 2],
      ['frobnicate', 2, 0, 0],
      ['of', 3, 3, 4],
    ]);
    expect(all.remarks).toEqual([
      `1 of 3 words have no vector in ${file}, and zeros instead.`,
      'Lines that have a word that the index lacks, and were passed over: 1.',
    ]);
    expect((await read(file, { wordIndex, words: 2 })).words).toHaveLength(2);
  });

  it('refuses vectors that have nothing to do with the index', async () => {
    const wordIndex = await fileOf('{"frobnicate": 1}');
    await expect(read(await fileOf('the 1 2\n'), { wordIndex })).rejects.toThrow(
      'has no vector for any word of',
    );
  });
});
