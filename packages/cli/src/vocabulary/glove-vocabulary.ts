import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { VocabularyDescription, VocabularyEntry } from '@toxicity-guard/core';
import { readVectors, type VectorCounts, type VectorLine } from './read-vectors.js';
import { readWordIndex } from './read-word-index.js';
import type { Source } from './source.js';

/** What is made of a file of vectors. */
export interface GloveOptions {
  /** Keras's `word_index`, or what `tokenizer.to_json()` gives. Without it a line's number is its word's index. */
  readonly wordIndex?: string | undefined;
  /** So many of the most frequent words alone. */
  readonly words?: number | undefined;
  /** Told of the bytes of the file that have been read while nothing is written yet. */
  readonly onRead: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Reads word vectors as GloVe publishes them, plain or gzip. */
export async function gloveVocabulary(file: string, options: GloveOptions): Promise<Source> {
  return options.wordIndex === undefined
    ? await inOrder(file, options)
    : await byIndex(file, options.wordIndex, options);
}

/** In the order of the file, a line in memory at a time. */
async function inOrder(file: string, { words: most }: GloveOptions): Promise<Source> {
  const { size } = await stat(file);
  const counts = noCounts();
  const seen = new Set<string>();
  const lines = readVectors(file, counts, (word) => !seen.has(word) && seen.add(word) === seen);
  // The first line tells how many numbers a vector has.
  const first = await lines.next();
  return {
    description: describe(file, counts),
    entries: numbered(first, lines, most),
    progress: (words) => ({ done: counts.bytes, total: size, note: `${words} words` }),
    remarks: () => [...remark(counts.unwanted, 'repeat a word and were passed over'), ...wordless(counts)],
  };
}

async function* numbered(
  first: IteratorResult<VectorLine>,
  rest: AsyncGenerator<VectorLine>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<VocabularyEntry> {
  try {
    let index = 1;
    for (let line = first; line.done !== true && index <= most; line = await rest.next()) {
      yield { ...line.value, index: index++ };
    }
  } finally {
    await rest.return(undefined);
  }
}

/**
 * The words of an index in its order, with zeros for those that have no vector, as in the matrix of Keras's embedding.
 * The vectors are in memory: their order in the file is another one.
 */
async function byIndex(
  file: string,
  wordIndex: string,
  { words: most, onRead, signal }: GloveOptions,
): Promise<Source> {
  // V8 would let what is left of lines grow to several times the index before it looks after it.
  setFlagsFromString('--heap-growing-percent=40');
  const { size } = await stat(file);
  const { words, firstIndex, placeOf } = await readWordIndex(wordIndex, most);
  const counts = noCounts();
  const found = new Uint8Array(words.length);
  let vectors = new Float32Array(0);
  let told = 0;
  for await (const { word, vector } of readVectors(file, counts, (one) => placeOf(one) !== undefined)) {
    signal.throwIfAborted();
    if (vectors.length === 0) vectors = new Float32Array(words.length * counts.dimensions);
    const place = placeOf(word) as number;
    // Of two lines with one word the later counts, as it does in a dictionary of Python.
    vectors.set(vector, place * counts.dimensions);
    found[place] = 1;
    if (counts.bytes === told) continue;
    told = counts.bytes;
    onRead(told, size);
  }
  const missing = words.length - found.reduce((sum, one) => sum + one, 0);
  if (missing === words.length) throw new Error(`${file} has no vector for any word of ${wordIndex}`);
  return {
    description: describe(file, counts),
    entries: entriesOf(words, firstIndex, vectors, counts.dimensions),
    progress: (done) => ({ done, total: words.length }),
    remarks: () => [
      `${missing} of ${words.length} words have no vector in ${file}, and zeros instead.`,
      ...remark(counts.unwanted, 'have a word that the index lacks, and were passed over'),
      ...wordless(counts),
    ],
  };
}

function* entriesOf(
  words: readonly string[],
  firstIndex: number,
  vectors: Float32Array,
  dimensions: number,
): Generator<VocabularyEntry> {
  for (const [place, word] of words.entries()) {
    const vector = vectors.subarray(place * dimensions, (place + 1) * dimensions);
    yield { word, index: firstIndex + place, vector };
  }
}

/** Named after the file. */
function describe(file: string, { dimensions }: VectorCounts): VocabularyDescription {
  const name = basename(file)
    .replace(/(\.(txt|vec))?(\.gz)?$/, '')
    .replace(/[^\w.+@-]/g, '-')
    .slice(0, 100);
  return { version: name, model: name, dimensions, encoding: 'float32' };
}

function noCounts(): VectorCounts {
  return { dimensions: 0, bytes: 0, unwanted: 0, wordless: 0 };
}

function wordless({ wordless: count }: VectorCounts): string[] {
  return remark(count, 'have numbers and no word, and were passed over');
}

function remark(count: number, what: string): string[] {
  return count === 0 ? [] : [`Lines that ${what}: ${count}.`];
}
