import {
  type KeyvLike,
  listVersions,
  type StoreOptions,
  ToxicityGuardError,
  type VocabularyManifest,
} from '@toxicity-guard/core';

/**
 * The manifest of a version, by default of the one in use.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH` where there is none.
 */
export async function findVersion(
  keyv: KeyvLike,
  options: StoreOptions,
  name: string | undefined,
): Promise<VocabularyManifest> {
  const versions = await listVersions(keyv, options);
  const found = versions.find(({ version, inUse }) => (name === undefined ? inUse : version === name));
  if (found === undefined) {
    throw mismatch(
      name === undefined ? 'No vocabulary is in use: name one' : `There is no vocabulary ${name}`,
    );
  }
  if (found.manifest !== null) return found.manifest;
  throw mismatch(`The vocabulary ${found.version} is not finished, or its manifest is damaged`);
}

function mismatch(message: string): ToxicityGuardError {
  return new ToxicityGuardError('VOCABULARY_MISMATCH', message);
}
