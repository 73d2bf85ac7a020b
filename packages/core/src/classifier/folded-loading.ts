import { FoldedNetwork } from '../engine/folded.js';
import type { RowCache } from '../engine/row-cache.js';
import { ToxicityGuardError } from '../errors.js';
import type { Model } from '../model/load.js';
import { modelId } from '../model/manifest.js';
import { isDue, rest } from '../pace.js';
import { StoredWords } from '../vocabulary/stored-words.js';
import type { VocabularyVersion } from '../vocabulary/version.js';
import type { WordVectors } from '../vocabulary/word-vectors.js';
import { DemandedWords } from './demanded-words.js';
import type { WindowJudge } from './windows.js';

/** A model joined with a vocabulary. */
export interface Loaded extends WindowJudge {
  readonly id: string;
  readonly rows: RowCache;
  /** What fetches the words of a call, where they are not all in memory. */
  readonly demanded: DemandedWords | undefined;
  /** Whether the vocabulary stands in for one in a store that does not answer. */
  readonly degraded: boolean;
}

/** Joins a model with words that are all in memory. */
export function join(model: Model, words: WordVectors, degraded = false): Loaded {
  const engine = new FoldedNetwork(model, words);
  const window = engine.createWindow();
  return {
    manifest: model.manifest,
    id: modelId(model.manifest),
    engine,
    rows: engine.rows,
    window,
    contributions: new Float64Array(window.limit),
    alone: new Float64Array(window.limit),
    demanded: undefined,
    degraded,
  };
}

/**
 * Joins a model with a version of a vocabulary.
 *
 * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH` where the version is not of this model.
 */
export async function joinVersion(model: Model, version: VocabularyVersion): Promise<Loaded> {
  throwUnlessFits(model, version);
  if (isDue()) await rest();
  if (version.table !== undefined) return join(model, version.table);
  const words = new StoredWords(version, await version.ranks());
  if (isDue()) await rest();
  const loaded = join(model, words);
  return { ...loaded, demanded: new DemandedWords(model, words, loaded) };
}

function throwUnlessFits(model: Model, { manifest }: VocabularyVersion): void {
  const id = modelId(model.manifest);
  const { dimensions } = model.manifest.network;
  const refuse = (why: string): never => {
    const message = `The vocabulary ${manifest.version} in the store ${why}`;
    throw new ToxicityGuardError('VOCABULARY_MISMATCH', message);
  };
  if (manifest.model !== id) refuse(`is of the model ${manifest.model}, not of ${id}`);
  if (manifest.dimensions !== dimensions) refuse(`has ${manifest.dimensions} dimensions, not ${dimensions}`);
  if (manifest.firstIndex !== 0) refuse(`begins with index ${manifest.firstIndex}, not 0`);
}
