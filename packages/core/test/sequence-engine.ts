import type { Sequence, SequenceEngine, SequenceNetwork } from '../src/engine/sequence-network.js';

/** A network whose scores a test can foresee, and which keeps what it was asked. */
export class FakeNetwork implements SequenceNetwork {
  readonly id = 'fake';
  readonly length: number = 4;
  readonly input: 'indexes' | 'vectors' = 'indexes';
  readonly dimensions: number = 0;
  readonly outputs: number = 6;
  readonly words: number | undefined = 100;
  readonly batchSize: number | undefined = undefined;
  readonly concurrency: number | undefined = undefined;
  readonly batches: Sequence[][] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  closed = 0;

  constructor(set: Partial<SequenceNetwork> = {}) {
    Object.assign(this, set);
  }

  /** Each score is the largest index or number of the sequence by a hundred, the first label's; others are 0.01. */
  async predict(batch: readonly Sequence[], signal?: AbortSignal): Promise<Float32Array> {
    this.batches.push([...batch]);
    this.signals.push(signal);
    const scores = new Float32Array(batch.length * this.outputs).fill(0.01);
    for (const [row, sequence] of batch.entries()) scores[row * this.outputs] = Math.max(...sequence) / 100;
    return scores;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

/** An engine around a network that is there already. */
export function engineOf(network: SequenceNetwork): SequenceEngine {
  return { name: 'fake', load: async () => network };
}
