import { planBatches } from './batches.js';
import type { Checkpoint, CheckpointFile } from './checkpoint.js';
import type { Comments } from './comments.js';
import { DeepTrainer } from './deep.js';
import { Embeddings } from './embeddings.js';
import { type Encoded, ngramsOf } from './encode.js';
import { aucs, labelsOf, mean } from './evaluation.js';
import type { TrainOptions } from './options.js';
import { Random } from './random.js';
import type { Settings } from './settings.js';
import { sourceOf } from './sources.js';
import type { Rows } from './train.js';
import type { Wide } from './wide.js';

/** Where a run stands. */
export interface RunState {
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  /** The generator's state at the epoch's start, from which its order follows, and now. */
  readonly epochSeed: number;
  readonly seed: number;
  /** Mean dev AUC and the six labels' of each epoch so far. */
  readonly scores: readonly EpochScore[];
  readonly lossSum: number;
  /** How long the run has taken so far, in all its sittings. */
  readonly seconds: number;
}

/** How an epoch ended. */
export interface EpochScore {
  readonly loss: number;
  readonly aucs: readonly number[];
}

interface Parts {
  readonly comments: Comments;
  readonly teacher: Float32Array | undefined;
  readonly encoded: Encoded;
  readonly rows: Rows;
  readonly settings: Settings;
  readonly wide: Wide;
  readonly checkpoint: CheckpointFile<RunState>;
}

/** The epochs of the deep part: order, dev scores, checkpoints, and at the end the best epoch's values. */
export class DeepRun {
  readonly trainer: DeepTrainer;
  scores: EpochScore[] = [];
  private readonly started = Date.now();
  private secondsBefore = 0;
  private readonly random: Random;
  private readonly best = new Map<string, Float32Array>();

  constructor(private readonly parts: Parts) {
    const { comments, encoded, settings } = parts;
    this.random = new Random(settings.seed);
    const ngrams = ngramsOf(encoded.words, 3, 5, settings.ngramBuckets);
    const { dimensions } = settings.network;
    const embeddings = new Embeddings(encoded, ngrams, settings.ngramBuckets, dimensions, this.random);
    const nameOf = (row: number): string => comments.sources[comments.source[row] as number] as string;
    const data = {
      labels: comments.labels,
      source: comments.source,
      sourceCount: comments.sources.length,
      isReference: (row: number) => {
        const name = nameOf(row);
        return name === settings.referenceSource || sourceOf(name).isReference === true;
      },
      distillationOf: (row: number) => sourceOf(nameOf(row)).distillation ?? settings.deep.distillation,
      weightOf: (row: number) => sourceOf(nameOf(row)).weight,
      teacher: parts.teacher,
    };
    this.trainer = new DeepTrainer(embeddings, settings.network, data, settings.deep, this.random);
  }

  /**
   * Trains from the start or from a checkpoint.
   *
   * @throws the signal's reason when it is aborted, after a checkpoint.
   */
  async train(
    saved: Checkpoint<RunState> | undefined,
    { signal, checkpointSeconds = 60 }: TrainOptions,
    tell: (stage: string, done: number, total: number, note?: string) => void,
  ): Promise<void> {
    const { encoded, rows, settings } = this.parts;
    const { epochs } = settings.deep;
    const start = saved === undefined ? undefined : this.restore(saved);
    let lastSaved = Date.now();
    for (let epoch = start?.epoch ?? 0; epoch < epochs; epoch++) {
      const resumed = start?.epoch === epoch ? start : undefined;
      const epochSeed = resumed?.epochSeed ?? this.random.state;
      this.random.state = epochSeed;
      const batches = planBatches(encoded, rows.train, this.random);
      if (resumed !== undefined) this.random.state = resumed.seed;
      let lossSum = resumed?.lossSum ?? 0;
      for (let batch = resumed?.batch ?? 0; batch < batches.length; batch++) {
        if (signal?.aborted || Date.now() - lastSaved > checkpointSeconds * 1000) {
          await this.save({ epoch, batch, epochSeed, lossSum });
          signal?.throwIfAborted();
          lastSaved = Date.now();
        }
        const progress = (epoch + batch / batches.length) / epochs;
        lossSum += this.trainer.train(batches[batch] as Int32Array, progress, this.random);
        const note = `loss ${(lossSum / (batch + 1)).toFixed(4)}`;
        tell(
          `deep part, epoch ${epoch + 1} of ${epochs}`,
          epoch * batches.length + batch + 1,
          epochs * batches.length,
          note,
        );
        // Lets a signal handler and a progress bar have their turn.
        if (batch % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      this.endEpoch(lossSum / batches.length);
      await this.save({ epoch: epoch + 1, batch: 0, epochSeed: this.random.state, lossSum: 0 });
    }
    for (const [name, array] of this.values()) array.set(this.best.get(name) as Float32Array);
  }

  /** How long the run has taken so far, its earlier sittings included. */
  get seconds(): number {
    return this.secondsBefore + (Date.now() - this.started) / 1000;
  }

  private endEpoch(loss: number): void {
    const { comments, rows } = this.parts;
    const figures = aucs(this.trainer.predict(rows.calibration), labelsOf(comments, rows.calibration));
    const isBest = this.scores.every((score) => mean(score.aucs) < mean(figures));
    this.scores.push({ loss, aucs: figures });
    if (!isBest) return;
    for (const [name, array] of this.values()) this.best.set(name, array.slice());
  }

  /** The trained arrays, by name. */
  private values(): Map<string, Float32Array> {
    const { embeddings, parameters } = this.trainer;
    return new Map([
      ['own', embeddings.own.values],
      ['ngrams', embeddings.buckets.values],
      ...Array.from(parameters, ([name, { values }]): [string, Float32Array] => [name, values]),
    ]);
  }

  private async save(at: Pick<RunState, 'epoch' | 'batch' | 'epochSeed' | 'lossSum'>): Promise<void> {
    const { wide, checkpoint } = this.parts;
    const state = {
      ...at,
      step: this.trainer.step,
      seed: this.random.state,
      scores: this.scores,
      seconds: this.seconds,
    };
    const arrays = new Map(this.everything());
    arrays.set('wide/weights', wide.weights).set('wide/bias', wide.bias);
    for (const [name, array] of this.best) arrays.set(`best/${name}`, array);
    await checkpoint.write({ state, arrays });
  }

  private restore({ state, arrays }: Checkpoint<RunState>): RunState {
    for (const [name, array] of this.everything()) array.set(arrays.get(name) as Float32Array);
    for (const name of this.values().keys()) {
      const kept = arrays.get(`best/${name}`);
      if (kept !== undefined) this.best.set(name, kept);
    }
    this.trainer.step = state.step;
    this.secondsBefore = state.seconds;
    this.random.state = state.seed;
    this.scores = [...state.scores];
    return state;
  }

  /** Values and Adam's means, by name. */
  private *everything(): Generator<[string, Float32Array]> {
    const { embeddings, parameters } = this.trainer;
    for (const [name, table] of [
      ['own', embeddings.own],
      ['ngrams', embeddings.buckets],
      ...parameters,
    ] as const) {
      yield [name, table.values];
      yield [`${name}/first`, table.first];
      yield [`${name}/second`, table.second];
    }
  }
}
