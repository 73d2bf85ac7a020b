import { ToxicityGuardError } from '../errors.js';
import { aVersion } from './keys.js';
import type { VectorEncoding, VocabularyManifest } from './store.js';

export const FORMAT = 'toxicity-guard-vocabulary';
const FORMAT_VERSION = 1;
/** Far beyond any vocabulary of this kind; a larger figure is damage, and would be allocated before it is noticed. */
const MOST_WORDS = 50_000_000;
const MOST_DIMENSIONS = 65_536;
const MOST_IN_CHUNK = 100_000;

/** Refuses a version of a vocabulary. */
export function mismatch(version: string, why: string): ToxicityGuardError {
  return new ToxicityGuardError('VOCABULARY_MISMATCH', `The vocabulary ${version} in the store ${why}`);
}

/**
 * Checks a manifest as the store gave it.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH`, naming what is wrong.
 */
export function parseManifest(value: unknown, version: string): VocabularyManifest {
  if (value === undefined)
    throw mismatch(version, 'has no manifest: its push was not finished, or it was removed');
  const manifest = (typeof value === 'object' ? value : {}) as Partial<VocabularyManifest>;
  if (manifest.format !== FORMAT) throw mismatch(version, `has a manifest that is not of a ${FORMAT}`);
  if (manifest.formatVersion !== FORMAT_VERSION) {
    throw mismatch(version, `is of another format version; this release reads version ${FORMAT_VERSION}`);
  }
  const wrong = firstWrong(manifest, version);
  if (wrong !== undefined) throw mismatch(version, `has a manifest without a proper \`${wrong}\``);
  return manifest as VocabularyManifest;
}

/** A manifest, its fields in order. */
export function makeManifest(
  parts: Omit<VocabularyManifest, 'format' | 'formatVersion'>,
): VocabularyManifest {
  return { format: FORMAT, formatVersion: FORMAT_VERSION, ...parts };
}

export function isEncoding(value: unknown): value is VectorEncoding {
  return value === 'int8' || value === 'float32' || value === 'none';
}

function firstWrong(manifest: Partial<VocabularyManifest>, version: string): string | undefined {
  const { dimensions, encoding } = manifest;
  const count = (value: unknown, least: number, most: number): boolean =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  const parts: [string, boolean][] = [
    ['version', manifest.version === aVersion(version, 'version')],
    ['model', typeof manifest.model === 'string' && manifest.model !== ''],
    ['words', count(manifest.words, 1, MOST_WORDS)],
    ['firstIndex', count(manifest.firstIndex, 0, MOST_WORDS)],
    ['longestWord', count(manifest.longestWord, 1, MOST_DIMENSIONS)],
    ['encoding', isEncoding(encoding)],
    ['dimensions', count(dimensions, encoding === 'none' ? 0 : 1, encoding === 'none' ? 0 : MOST_DIMENSIONS)],
    ['chunk', count(manifest.chunk, 1, MOST_IN_CHUNK)],
    ['checksum', typeof manifest.checksum === 'string' && /^[0-9a-f]{64}$/.test(manifest.checksum)],
  ];
  return parts.find(([, right]) => !right)?.[0];
}
