import { BUNDLED_MODEL } from '../bundled-model.js';
import { ToxicityGuardError } from '../errors.js';
import { BundledVocabulary } from '../vocabulary/bundled.js';
import type { VocabularyDescription } from '../vocabulary/push-vocabulary.js';
import type { VocabularyEntry } from '../vocabulary/store.js';
import { fileOf, loadModel, type Model, tensorOf } from './load.js';
import { modelId } from './manifest.js';

interface Parts {
  readonly words: readonly string[];
  readonly vectors: Int8Array;
  readonly scales: Float32Array;
}

function partsOf(model: Model): Parts {
  const length = (name: string): number => model.vocabulary.get(name)?.data.length ?? 0;
  const count = length('scales');
  const { dimensions } = model.manifest.network;
  const words = tensorOf(model, 'vocabulary', 'words', Uint8Array, [length('words')]);
  return {
    words: new TextDecoder().decode(words).split('\n'),
    vectors: tensorOf(model, 'vocabulary', 'vectors', Int8Array, [count, dimensions]),
    scales: tensorOf(model, 'vocabulary', 'scales', Float32Array, [count]),
  };
}

/**
 * Takes up a model's own words.
 *
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE` naming the file.
 */
export async function vocabularyOf(model: Model): Promise<BundledVocabulary> {
  const { words, vectors, scales } = partsOf(model);
  const vocabulary = await BundledVocabulary.of(words, vectors, scales, model.manifest.network.dimensions);
  if (vocabulary !== undefined) return vocabulary;
  const message = `${fileOf(model, 'vocabulary')} holds a word twice, or has not one vector for each word`;
  throw new ToxicityGuardError('MODEL_UNREADABLE', message);
}

/** The vocabulary of a model folder, to be pushed into a store. */
export interface ModelVocabulary {
  /** All that `pushVocabulary()` wants to know but a name for the version. */
  readonly description: Omit<VocabularyDescription, 'version'>;
  readonly words: number;
  /** In the order of their index. */
  readonly entries: Iterable<VocabularyEntry>;
}

/**
 * Reads the vocabulary of a model folder.
 *
 * @param folder Default: the bundled model.
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE`, `MODEL_INCOMPATIBLE`.
 * @example
 * const { description, entries } = await modelVocabulary();
 * await pushVocabulary(keyv, entries, { ...description, version: '1' });
 * await useVersion(keyv, '1');
 */
export async function modelVocabulary(folder: string = BUNDLED_MODEL): Promise<ModelVocabulary> {
  const model = await loadModel(folder);
  const parts = partsOf(model);
  const { dimensions } = model.manifest.network;
  return {
    description: { model: modelId(model.manifest), dimensions, encoding: 'int8' },
    words: parts.words.length,
    entries: { [Symbol.iterator]: () => entriesOf(parts, dimensions) },
  };
}

function* entriesOf({ words, vectors, scales }: Parts, dimensions: number): Generator<VocabularyEntry> {
  for (const [index, word] of words.entries()) {
    const values = vectors.subarray(index * dimensions, (index + 1) * dimensions);
    yield { word, index, int8: { values, scale: scales[index] as number } };
  }
}
