import type { Scores, SpanWeights } from '@toxicity-guard/core/training';
import type { AugmentationSettings } from './augment.js';
import type { DeepSettings } from './deep.js';
import type { VocabularySettings } from './encode.js';
import type { NetworkShape } from './network.js';
import type { WideSettings } from './wide.js';

/** How a level's default thresholds are chosen. */
export interface ThresholdSettings {
  /** Share of clean comments that may reach it, for any label. */
  readonly share: number;
  /** Share of clean comments that may reach it for one label other than `toxic`. */
  readonly ownShare: number;
  /** No threshold lies lower, and none of a label other than `toxic` higher. */
  readonly least: number;
  readonly most: number;
}

/** Everything that decides what a run learns, beside the data. */
export interface Settings {
  readonly seed: number;
  /** The source whose meaning of the labels the model takes on, and on whose dev rows it is calibrated. */
  readonly referenceSource: string;
  /** Words that are judged at once, and words from one window's start to the next. */
  readonly window: number;
  readonly stride: number;
  readonly augmentation: AugmentationSettings;
  readonly vocabulary: VocabularySettings;
  readonly network: NetworkShape;
  /** Hash buckets of the character 3-5-grams' vectors, a power of two. */
  readonly ngramBuckets: number;
  readonly deep: DeepSettings;
  readonly wide: WideSettings;
  /** Share of the linear weights that stay below the largest signed byte. */
  readonly wideQuantile: number;
  /** What is left of the linear part's weight, by label: it knows names, not what is said of them. */
  readonly wideShare: Scores;
  /** Share of comments that are toxic on a live site, which the scores are calibrated to. */
  readonly toxicShare: number;
  /** Largest AUC that judging the parts of long texts on their own may cost a label. */
  readonly partCost: number;
  readonly thresholds: { readonly flag: ThresholdSettings; readonly reject: ThresholdSettings };
  /** Which words are reported as causes. */
  readonly spans: SpanWeights;
}

/** The settings of the bundled model. */
export const DEFAULT_SETTINGS: Settings = {
  seed: 1,
  referenceSource: 'jigsaw',
  window: 400,
  stride: 300,
  augmentation: { templates: 12, mentions: 5, swaps: 0.5, disguises: 0.07, padding: 0.05 },
  vocabulary: { minCount: 3, maxWords: 40_000 },
  network: { dimensions: 64, filters: 64, hidden: 32 },
  ngramBuckets: 65_536,
  deep: { learningRate: 0.002, epochs: 6, dropout: 0.2, wordDropout: 0.2, distillation: 0.7 },
  wide: {
    buckets: 2 ** 20,
    epochs: 4,
    learningRate: 0.1,
    l2: 1e-6,
    minCount: 3,
    distillation: 0.5,
  },
  wideQuantile: 0.9999,
  wideShare: { toxic: 0.7, severe_toxic: 1, obscene: 1, threat: 1, insult: 1, identity_hate: 0.3 },
  toxicShare: 0.1,
  partCost: 0.001,
  thresholds: {
    flag: { share: 0.03, ownShare: 0.005, least: 0.1, most: 0.5 },
    reject: { share: 0.005, ownShare: 0.0005, least: 0.5, most: 0.9 },
  },
  // Of `fitSpanWeights` on the training part of the toxic spans of SemEval-2021.
  spans: { bias: -1.302, contribution: 1.1656, alone: 0.0476, lead: 0.1558, threshold: 0.25 },
};
