import { throwIfAborted } from '../abort.js';
import { isDue, rest } from '../pace.js';
import type { KerasPlan } from './keras-plan.js';
import { KerasRows, NOTHING } from './keras-rows.js';
import { applySteps } from './keras-steps.js';
import { poolRows } from './pool-rows.js';
import type { Sequence, SequenceNetwork } from './sequence-network.js';
import { throwIfUnknown } from './unknown-index.js';

/** Where words come as vectors they come from a store, and a process that has one is to stay small. */
const CACHE_BYTES = { indexes: 64 * 2 ** 20, vectors: 8 * 2 ** 20 };

/** A Keras network of at most one convolution, folded into the rows of its words. */
export class FoldedKerasNetwork implements SequenceNetwork {
  readonly length: number;
  readonly input: 'indexes' | 'vectors';
  readonly dimensions: number;
  readonly outputs: number;
  readonly words: number | undefined;
  private readonly rows: KerasRows;
  /** Where the row of each place begins, those before the first word and after the last included. */
  private readonly offsets: Int32Array;

  constructor(
    private readonly plan: KerasPlan,
    readonly id: string,
    cacheBytes: number | undefined,
  ) {
    const { length, embedding, dimensions, outputs, convolution } = plan;
    this.length = length;
    this.input = embedding === undefined ? 'vectors' : 'indexes';
    this.dimensions = embedding === undefined ? dimensions : 0;
    this.outputs = outputs;
    this.words = embedding?.words;
    this.rows = new KerasRows(plan, cacheBytes ?? CACHE_BYTES[this.input]);
    this.offsets = new Int32Array((convolution?.before ?? 0) + length + (convolution?.after ?? 0)).fill(
      NOTHING,
    );
  }

  async predict(batch: readonly Sequence[], signal?: AbortSignal): Promise<Float32Array> {
    if (this.input === 'indexes') throwIfUnknown(batch, this.words);
    const scores = new Float32Array(batch.length * this.outputs);
    for (const [row, sequence] of batch.entries()) {
      if (isDue()) await rest();
      throwIfAborted(signal);
      scores.set(this.judge(sequence), row * this.outputs);
    }
    return scores;
  }

  async close(): Promise<void> {}

  private judge(sequence: Sequence): Float64Array {
    const { plan, rows, offsets, length, dimensions } = this;
    const before = plan.convolution?.before ?? 0;
    rows.openSequence();
    for (let place = 0; place < length; place++) {
      const slot =
        this.input === 'indexes'
          ? rows.slotOfIndex(sequence[place] as number)
          : rows.slotOfVector(
              (sequence as Float32Array).subarray(place * dimensions, (place + 1) * dimensions),
            );
      offsets[before + place] = slot * rows.size;
    }
    return applySteps(plan.steps, poolRows(plan, rows.rows, offsets));
  }
}
