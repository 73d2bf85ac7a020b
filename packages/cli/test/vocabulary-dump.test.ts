import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { VocabularyEntry } from '@toxicity-guard/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DumpHeader } from '../src/vocabulary/dump-header.js';
import { openDump } from '../src/vocabulary/read-dump.js';
import { writeDump } from '../src/vocabulary/write-dump.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-dump-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Numbers that are easily changed on the way. */
const ODD = [-0, 0, 1e-45, -3.4028234663852886e38, 0.1, 1 / 3].map(Math.fround);
const SCALES = [0, 1e-45, 0.1, 127.5].map(Math.fround);

const header = (parts: Partial<DumpHeader>): DumpHeader => ({
  version: 'comments-1',
  model: 'comments',
  words: 2_500,
  firstIndex: 1,
  dimensions: ODD.length,
  encoding: 'float32',
  ...parts,
});

async function* entriesOf({ words, firstIndex, encoding, dimensions }: DumpHeader) {
  for (let place = 0; place < words; place++) {
    const entry = { word: `word "${place}" é😀`, index: firstIndex + place };
    const numbers = ODD.map((_, at) => ODD[(at + place) % ODD.length] as number).slice(0, dimensions);
    const scale = SCALES[place % SCALES.length] as number;
    if (encoding === 'none') yield entry;
    else if (encoding === 'float32') yield { ...entry, vector: Float32Array.from(numbers) };
    else yield { ...entry, int8: { values: Int8Array.from(numbers, (_, at) => place - 50 * at), scale } };
  }
}

async function collect(entries: AsyncIterable<VocabularyEntry>): Promise<VocabularyEntry[]> {
  const all: VocabularyEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

let files = 0;
async function dumped(parts: Partial<DumpHeader> = {}): Promise<string> {
  const file = join(folder, `${++files}.jsonl.gz`);
  await writeDump(file, header(parts), entriesOf(header(parts)));
  return file;
}

describe('a dump', () => {
  it.each([
    {},
    { firstIndex: 0, encoding: 'int8' as const },
    { encoding: 'none' as const, dimensions: 0 },
    { words: 1 },
  ])('gives %j back, to the bit', async (parts) => {
    const dump = await openDump(await dumped(parts));
    expect(dump.header).toMatchObject(header(parts));
    // `toEqual` tells -0 from 0.
    expect(await collect(dump.entries)).toEqual(await collect(entriesOf(header(parts))));
  });

  it('is not there before it is whole, and leaves nothing where it fails', async () => {
    const before = await readdir(folder);
    async function* broken() {
      yield* entriesOf(header({ words: 1_500 }));
      throw new Error('The store is gone');
    }
    const file = join(folder, 'broken.jsonl.gz');
    await expect(writeDump(file, header({}), broken())).rejects.toThrow('The store is gone');
    expect(await readdir(folder)).toEqual(before);
  });

  const damages: [string, (lines: string[], bytes: Buffer) => Buffer, RegExp][] = [
    [
      'cut short',
      (_, bytes) => bytes.subarray(0, bytes.length - 40),
      /is no gzip of JSON lines, or truncated/,
    ],
    ['cut very short', (_, bytes) => bytes.subarray(0, 8), /is no gzip of JSON lines, or truncated/],
    ['no gzip', (lines) => Buffer.from(lines.join('\n')), /is no gzip of JSON lines, or truncated/],
    ['empty', () => Buffer.alloc(0), /is no gzip of JSON lines, or truncated/],
    ['without its last line', (lines) => pack(lines.slice(0, -1)), /its end is missing/],
    ['without some words', (lines) => pack(lines.toSpliced(1, 1)), /its checksum/],
    ['with two parts exchanged', ([a, b, c, ...rest]) => pack([a, c, b, ...rest]), /its checksum/],
    [
      'with another word',
      (lines) => pack(lines.map((line) => line.replace('word \\', 'ward \\'))),
      /its checksum/,
    ],
    [
      'with a number changed',
      (lines) => pack(lines.map((line) => line.replace('AAAA', 'AAAB'))),
      /its checksum/,
    ],
    [
      'with a vector shortened',
      (lines) => pack(lines.map((line) => line.replace('AAAA', ''))),
      /one vector for each word/,
    ],
    ['with something behind it', (lines) => pack([...lines, '{"words":[],"vectors":""}']), /behind its end/],
    ['of something else', () => pack(['{"format":"other"}']), /is no dump of a vocabulary/],
    [
      'of a later release',
      ([, ...rest]) => pack(['{"format":"toxicity-guard-vocabulary-dump","formatVersion":2}', ...rest]),
      /another format version; this release reads version 1/,
    ],
    [
      'with half a header',
      ([, ...rest]) => pack(['{"format":"toxicity-guard-vocabulary-dump","formatVersion":1}', ...rest]),
      /its first line is not whole/,
    ],
  ];

  it.each(damages)('%s is refused', async (_, damage, message) => {
    const file = await dumped();
    const bytes = await readFile(file);
    const damagedBytes = damage(gunzipSync(bytes).toString().trimEnd().split('\n'), bytes);
    expect(damagedBytes.equals(bytes)).toBe(false);
    await writeFile(file, damagedBytes);
    const read = async () => await collect((await openDump(file)).entries);
    await expect(read()).rejects.toThrow(message);
  });

  it('that is not there is an error', async () => {
    await expect(openDump(join(folder, 'none.gz'))).rejects.toThrow('no such file');
  });
});

function pack(lines: readonly (string | undefined)[]): Buffer {
  return gzipSync(`${lines.join('\n')}\n`);
}
