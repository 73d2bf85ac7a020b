import type { Settings } from './settings.js';

/** A nested object, every key optional. */
export type DeepPartial<T> = T extends (infer _)[] | number | string | boolean
  ? T
  : { readonly [K in keyof T]?: DeepPartial<T[K]> };

/** How far a run is. */
export interface Progress {
  /** What is being done, such as `deep part, epoch 2 of 4`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Mean loss of the epoch so far, or the dev score of the last epoch. */
  readonly note?: string;
}

/** Options of {@link train}. */
export interface TrainOptions {
  /** CSV of labelled comments, plain or gzip. */
  readonly comments: string;
  /** Folder that receives the model. */
  readonly out: string;
  /** CSV of a larger network's scores for the same comments. Default: none, labels alone. */
  readonly teacher?: string;
  /** CSV of texts whose toxic characters are marked, `split,spans,text`: which words a verdict reports is learnt from
   * its train rows. Default: none, as the bundled model learnt it. */
  readonly spans?: string;
  /** Folder of templates. Default: those of this package. */
  readonly templates?: string;
  /** Folder of the checkpoint; a run that finds its own there goes on from it. Default `<out>/.checkpoint`. */
  readonly checkpoint?: string;
  /** Seconds between checkpoints. Default 60. */
  readonly checkpointSeconds?: number;
  /** Where the report goes. Default `<out>/report.md`. */
  readonly report?: string;
  /** What differs from the bundled model's settings. */
  readonly settings?: DeepPartial<Settings>;
  /** Called often while the run goes on. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the run after the step under way; the checkpoint is written first. */
  readonly signal?: AbortSignal;
}

/** Lays changes over settings. */
export function mergeSettings<T extends object>(base: T, changes: DeepPartial<T> | undefined): T {
  const merged = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(changes ?? {})) {
    if (!(key in base)) throw new TypeError(`Expected settings to have only known keys, got \`${key}\``);
    if (value === undefined) continue;
    const old = merged[key];
    merged[key] = typeof old === 'object' && old !== null ? mergeSettings(old, value as object) : value;
  }
  return merged as T;
}
