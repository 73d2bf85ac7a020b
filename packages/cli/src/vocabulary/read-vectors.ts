import type { ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Line, readLines } from '../read-lines.js';
import { parseNumber } from './parse-number.js';

/** The most that one line may weigh: 10,000 numbers of 17 digits come to a fifth of it. */
const MAX_LINE_BYTES = 1024 * 1024;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const HEADER = /^\d+ \d+$/;

type Refuse = (why: string) => never;

/** One line of a file of vectors. */
export interface VectorLine {
  readonly word: string;
  readonly vector: Float32Array;
}

/** What {@link readVectors} counts, kept up to date for the caller. */
export interface VectorCounts {
  /** Numbers of a vector; 0 before the first line. */
  dimensions: number;
  /** Bytes of the file that have been read. */
  bytes: number;
  /** Lines whose word was not wanted. */
  unwanted: number;
  /** Lines that have numbers alone, as some published files do. */
  wordless: number;
}

/**
 * Reads word vectors as GloVe publishes them: a word and its numbers a line, parted by blanks, plain or gzip. word2vec's
 * line of two numbers in front is passed over. A word may hold blanks, as some of GloVe's do. Vectors of words that
 * are not wanted are not read.
 *
 * @throws {Error} naming the line that is wrong.
 */
export async function* readVectors(
  file: string,
  counts: VectorCounts,
  isWanted: (word: string) => boolean = () => true,
): AsyncGenerator<VectorLine> {
  let number = 0;
  const { bytes, text: input } = await openText(file);
  for await (const lines of readLines(input, MAX_LINE_BYTES)) {
    counts.bytes = bytes.bytesRead;
    for (const line of lines) {
      number += 1;
      const refuse: Refuse = (why) => {
        throw new Error(`Line ${number} of ${file} ${why}`);
      };
      const text = textOf(line, refuse);
      if (text === '' || (number === 1 && HEADER.test(text))) continue;
      if (counts.dimensions === 0) counts.dimensions = countNumbers(text, refuse);
      const { word, start } = splitWord(text, counts.dimensions, refuse);
      if (word === '') counts.wordless += 1;
      else if (!isWanted(word)) counts.unwanted += 1;
      else yield { word, vector: readNumbers(text, start, counts.dimensions, refuse) };
    }
  }
  if (counts.dimensions === 0) throw new Error(`${file} has no vectors`);
}

/** The bytes of a file, and what they are without gzip. */
async function openText(file: string): Promise<{ bytes: ReadStream; text: AsyncIterable<Buffer> }> {
  const handle = await open(file);
  const begin = Buffer.alloc(2);
  // From a place of its own, so that what is read goes on from the start.
  await handle.read(begin, 0, 2, 0);
  const bytes = handle.createReadStream({ start: 0 });
  if (begin.toString('latin1') === 'PK') {
    bytes.destroy();
    throw new Error(`${file} is a zip archive: unpack it first`);
  }
  if (begin[0] !== 0x1f || begin[1] !== 0x8b) return { bytes, text: bytes };
  const text = createGunzip();
  // What fails is told by the iteration of `text`.
  pipeline(bytes, text, () => {});
  return { bytes, text };
}

function textOf(line: Line, refuse: Refuse): string {
  if ('tooLong' in line)
    return refuse(`is longer than ${MAX_LINE_BYTES} bytes: it is no word and its vector`);
  // fastText ends each line with a blank. Other white space may be a word.
  return line.text.replace(/ +$/, '');
}

/** How many numbers stand behind the first line's word. */
function countNumbers(text: string, refuse: Refuse): number {
  const parts = text.split(' ');
  let count = 0;
  while (count < parts.length - 1 && NUMBER.test(parts.at(-1 - count) as string)) count++;
  return count === 0 ? refuse('has no numbers: a word and its vector are expected') : count;
}

/** Parts a line's word from its numbers, from the right. */
function splitWord(
  text: string,
  dimensions: number,
  refuse: Refuse,
): { readonly word: string; readonly start: number } {
  let start = text.length;
  for (let count = 0; count < dimensions; count++) {
    start = text.lastIndexOf(' ', start - 1);
    if (start < 0 || (start === 0 && count < dimensions - 1)) {
      return refuse(`has fewer than ${dimensions} numbers behind a word`);
    }
  }
  // Copied: a part of a string keeps the whole of it in memory.
  const word = Buffer.from(text.slice(0, start))
    .toString()
    .replace(/^ +| +$/g, '');
  // No published word of several parts ends with a number, so this is one number too many.
  const end = word.lastIndexOf(' ');
  if (end > 0 && NUMBER.test(word.slice(end + 1)))
    refuse(`has more than ${dimensions} numbers, or two blanks in a row`);
  return { word, start };
}

function readNumbers(text: string, start: number, dimensions: number, refuse: Refuse): Float32Array {
  const vector = new Float32Array(dimensions);
  let at = start + 1;
  for (let index = 0; index < dimensions; index++) {
    const found = text.indexOf(' ', at);
    const end = found < 0 ? text.length : found;
    vector[index] = parseNumber(text, at, end);
    // Beyond what four bytes hold is no number either.
    if (!Number.isFinite(vector[index])) {
      refuse(`has something else than a number: ${text.slice(at, Math.min(end, at + 20))}`);
    }
    at = end + 1;
  }
  return vector;
}
