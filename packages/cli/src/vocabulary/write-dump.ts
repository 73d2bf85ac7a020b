import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { VocabularyEntry } from '@toxicity-guard/core';
import { DUMP_FORMAT, DUMP_FORMAT_VERSION, type DumpHeader } from './dump-header.js';
import { encodePart } from './dump-part.js';

/** A line is written when it has so many words, or weighs so many bytes. */
const PART_WORDS = 1_000;
const PART_BYTES = 4 * 1024 * 1024;

/**
 * Writes a vocabulary into a file, which is there only once it is whole: gzip of JSON lines, the first a header, the
 * last the SHA-256 of all lines before it. The words of a line are in memory at a time.
 */
export async function writeDump(
  file: string,
  header: DumpHeader,
  entries: AsyncIterable<VocabularyEntry>,
): Promise<void> {
  const part = `${file}.part`;
  try {
    // Most of it are numbers, which more work hardly makes smaller.
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    await pipeline(Readable.from(linesOf(header, entries)), gzip, createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function* linesOf(header: DumpHeader, entries: AsyncIterable<VocabularyEntry>): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  const line = (value: unknown): Buffer => {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
    digest.update(bytes);
    return bytes;
  };
  yield line({ format: DUMP_FORMAT, formatVersion: DUMP_FORMAT_VERSION, ...header });
  let part: VocabularyEntry[] = [];
  let bytes = 0;
  for await (const entry of entries) {
    part.push(entry);
    bytes += 4 * header.dimensions + entry.word.length;
    if (part.length < PART_WORDS && bytes < PART_BYTES) continue;
    yield line(encodePart(part, header));
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield line(encodePart(part, header));
  yield line({ sha256: digest.copy().digest('hex') });
}
