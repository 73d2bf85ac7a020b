import {
  FORMAT,
  FORMAT_VERSION,
  LABELS,
  type Manifest,
  type Model,
  type Tensor,
} from '@toxicity-guard/core/training';
import type { DeepTrainer } from './deep.js';
import { PARAMETERS } from './network.js';
import { dequantiseColumns, dequantiseRows, quantiseColumns, quantiseRows } from './quantise.js';
import type { Settings } from './settings.js';
import { WIDE_GAIN, WIDE_SMOOTHING, type Wide } from './wide.js';

const L = LABELS.length;

/** The arrays of a model's two files. */
export type ModelTensors = Pick<Model, 'vocabulary' | 'weights'>;

/**
 * Turns what was trained into what is stored, vectors and linear weights as signed bytes. The trained values
 * are replaced by those that the bytes stand for, so that whatever is measured from here on is of the stored
 * model.
 */
export function quantiseModel(trainer: DeepTrainer, wide: Wide, settings: Settings): ModelTensors {
  const { embeddings, parameters } = trainer;
  const { dimensions } = settings.network;
  const words = embeddings.encoded.words.slice(0, embeddings.encoded.vocabularySize);
  const own = quantiseRows(embeddings.own.values, dimensions);
  const ngrams = quantiseRows(embeddings.buckets.values, dimensions);
  const linear = quantiseColumns(wide.weights, L, settings.wideQuantile);
  embeddings.own.values.set(dequantiseRows(own));
  embeddings.buckets.values.set(dequantiseRows(ngrams));
  wide.weights.set(dequantiseColumns(linear));

  const tensor = (data: Tensor['data'], ...shape: number[]): Tensor => ({ data, shape });
  const text = new TextEncoder().encode(words.join('\n'));
  return {
    vocabulary: new Map([
      ['words', tensor(text, text.length)],
      ['vectors', tensor(own.values, words.length, dimensions)],
      ['scales', tensor(own.scales, words.length)],
    ]),
    weights: new Map([
      ...Object.entries(PARAMETERS(settings.network)).map(([name, shape]): [string, Tensor] => [
        name,
        tensor(parameters.get(name)?.values as Float32Array, ...shape),
      ]),
      ['ngrams/vectors', tensor(ngrams.values, settings.ngramBuckets, dimensions)],
      ['ngrams/scales', tensor(ngrams.scales, settings.ngramBuckets)],
      ['wide/weights', tensor(linear.values, settings.wide.buckets, L)],
      [
        'wide/scales',
        tensor(
          linear.scales.map((scale) => scale * WIDE_GAIN),
          L,
        ),
      ],
      ['wide/bias', tensor(wide.bias, L)],
    ]),
  };
}

/** A manifest that lacks only what later steps decide. */
export function draftManifest(
  settings: Settings,
  calibration: Manifest['calibration'],
): Omit<Manifest, 'contentHash' | 'files'> {
  const halves = Object.fromEntries(LABELS.map((label) => [label, 0.5])) as Manifest['thresholds']['flag'];
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    name: 'toxicity-guard-en',
    version: '1',
    labels: LABELS,
    tokenizer: { name: 'toxicity-guard', version: 1, window: settings.window, stride: settings.stride },
    network: {
      ...settings.network,
      ngrams: { shortest: 3, longest: 5, buckets: settings.ngramBuckets },
      wide: { shortest: 2, longest: 5, buckets: settings.wide.buckets, smoothing: WIDE_SMOOTHING },
    },
    calibration,
    thresholds: { flag: halves, reject: halves },
    spans: settings.spans,
    metrics: {},
    provenance: {},
    licences: [],
  };
}
