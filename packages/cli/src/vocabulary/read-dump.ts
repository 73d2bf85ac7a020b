import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { VocabularyEntry } from '@toxicity-guard/core';
import { readLines } from '../read-lines.js';
import { type DumpHeader, parseHeader } from './dump-header.js';
import { type DumpPart, decodePart } from './dump-part.js';

/** More than a line of a dump weighs; what is longer is none. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** A dump that is being read. */
export interface Dump {
  readonly header: DumpHeader;
  /** Behind the last one, the dump is known to be whole. */
  readonly entries: AsyncGenerator<VocabularyEntry>;
}

/**
 * Opens a dump.
 *
 * @throws {Error} when it is none. Its entries throw when it is truncated or damaged.
 */
export async function openDump(file: string): Promise<Dump> {
  const lines = linesOf(file);
  const first = await lines.next();
  const header = parseHeader(first.value?.value);
  if (typeof header !== 'string') return { header, entries: entriesOf(file, header, lines) };
  await lines.return(undefined);
  throw new Error(`${file} ${header}`);
}

async function* entriesOf(
  file: string,
  header: DumpHeader,
  lines: AsyncGenerator<DumpLine>,
): AsyncGenerator<VocabularyEntry> {
  let words = 0;
  let isWhole = false;
  for await (const { value, before } of lines) {
    if (isWhole) throw damaged(file, 'something stands behind its end');
    if (isPart(value)) {
      const entries = decodePart(value, header.firstIndex + words, header);
      if (entries === undefined) throw damaged(file, 'it has not one vector for each word');
      words += entries.length;
      yield* entries;
      continue;
    }
    isWhole = (value as { sha256?: unknown } | null)?.sha256 === before && words === header.words;
    if (!isWhole) throw damaged(file, 'its checksum is not that of its content');
  }
  if (!isWhole) throw damaged(file, 'its end is missing');
}

interface DumpLine {
  readonly value: unknown;
  /** SHA-256 of all lines before. */
  readonly before: string;
}

async function* linesOf(file: string): AsyncGenerator<DumpLine> {
  const digest = createHash('sha256');
  const bytes = createGunzip();
  // What fails is told by the iteration of `bytes`.
  pipeline(createReadStream(file), bytes, () => {});
  try {
    for await (const lines of readLines(bytes, MAX_LINE_BYTES)) {
      for (const line of lines) {
        if ('tooLong' in line) throw damaged(file, 'a line is longer than any of a dump');
        const before = digest.copy().digest('hex');
        digest.update(`${line.text}\n`);
        yield { value: JSON.parse(line.text), before };
      }
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR' || error instanceof SyntaxError) {
      throw damaged(file, 'it is no gzip of JSON lines, or truncated');
    }
    throw error;
  }
}

function isPart(value: unknown): value is DumpPart {
  const { words, vectors } = (value ?? {}) as Partial<DumpPart>;
  return (
    Array.isArray(words) && words.every((word) => typeof word === 'string') && typeof vectors === 'string'
  );
}

function damaged(file: string, why: string): Error {
  return new Error(`${file} is damaged: ${why}`);
}
