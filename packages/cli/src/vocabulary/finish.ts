import { type KeyvLike, type StoreOptions, useVersion, type VocabularyManifest } from '@toxicity-guard/core';
import { describeManifest } from './describe-manifest.js';

/** A version that has been written, and what is to be said of it. */
export interface Finished {
  readonly keyv: KeyvLike;
  readonly options: StoreOptions;
  readonly shown: string;
  readonly manifest: VocabularyManifest;
  /** Words that had been there before. */
  readonly resumed: number;
  /** Whether to put it in use. */
  readonly use: boolean;
  readonly remarks: readonly string[];
}

/** Puts a version in use where that is wanted, and says what has been done. */
export async function finish(finished: Finished): Promise<void> {
  const { keyv, options, shown, manifest, resumed, use, remarks } = finished;
  const { version } = manifest;
  if (use) await useVersion(keyv, version, options);
  const lines = [
    `The vocabulary ${version} is in ${shown}: ${describeManifest(manifest)}.`,
    ...(resumed === 0 ? [] : [`Of its words, ${resumed} were there already.`]),
    ...remarks,
    use ? 'It is in use.' : `To put it in use: toxicity-guard vocabulary use ${shown} ${version}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
