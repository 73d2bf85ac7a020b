import type { VocabularyManifest } from '@toxicity-guard/core';

export const DUMP_FORMAT = 'toxicity-guard-vocabulary-dump';
export const DUMP_FORMAT_VERSION = 1;

/** What a dump says of itself in its first line. */
export type DumpHeader = Pick<
  VocabularyManifest,
  'version' | 'model' | 'words' | 'firstIndex' | 'dimensions' | 'encoding'
>;

/** What a manifest has of a header. */
export function headerOf(manifest: VocabularyManifest): DumpHeader {
  const { version, model, words, firstIndex, dimensions, encoding } = manifest;
  return { version, model, words, firstIndex, dimensions, encoding };
}

/**
 * Reads the first line of a dump. Name, model and form are checked again when they are pushed.
 *
 * @returns a sentence's end where it is none.
 */
export function parseHeader(value: unknown): DumpHeader | string {
  const line = (value ?? {}) as Record<string, unknown>;
  if (line.format !== DUMP_FORMAT) return 'is no dump of a vocabulary';
  if (line.formatVersion !== DUMP_FORMAT_VERSION) {
    return `is a dump of another format version; this release reads version ${DUMP_FORMAT_VERSION}`;
  }
  const counts = [line.words, line.firstIndex, line.dimensions];
  const isWhole =
    counts.every((count) => Number.isInteger(count) && (count as number) >= 0) &&
    [line.version, line.model].every((name) => typeof name === 'string' && name !== '') &&
    ['int8', 'float32', 'none'].includes(line.encoding as string);
  return isWhole ? (line as unknown as DumpHeader) : 'is damaged: its first line is not whole';
}
