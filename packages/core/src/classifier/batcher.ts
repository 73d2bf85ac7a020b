import { aborted, throwIfAborted } from '../abort.js';
import type { Sequence, SequenceNetwork } from '../engine/sequence-network.js';
import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import { isDue, rest } from '../pace.js';

const DEFAULT_BATCH_SIZE = 16;
/** What arithmetic of 32 bits may end beside 0 and 1. */
const SLACK = 1e-6;

interface Waiting {
  readonly sequence: Sequence;
  readonly signal: AbortSignal | undefined;
  /** Takes the sequence's probabilities, or why there are none. Called once. */
  settle(answer: Float32Array | ToxicityGuardError): void;
}

/**
 * Puts sequences that come in the same turn of the event loop, or while the network is busy, into one call of it: a
 * network takes little longer for ten than for one.
 */
export class Batcher {
  /** Sequences that the network takes at a time, in all of its calls. */
  readonly turn: number;
  private readonly size: number;
  private readonly concurrency: number;
  private readonly waiting: Waiting[] = [];
  private readonly running = new Set<Promise<void>>();
  private scheduled = false;
  private closed = false;

  constructor(private readonly network: SequenceNetwork) {
    this.size = network.batchSize ?? DEFAULT_BATCH_SIZE;
    this.concurrency = network.concurrency ?? 1;
    this.turn = this.size * this.concurrency;
  }

  /**
   * The probabilities of one sequence.
   *
   * @throws {ToxicityGuardError} `ENGINE_FAILED`, `ENGINE_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `ABORTED`, `CLOSED`.
   */
  score(sequence: Sequence, signal: AbortSignal | undefined): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new ToxicityGuardError('CLOSED', 'The classifier is closed');
      throwIfAborted(signal);
      const leave = () => reject(aborted(signal as AbortSignal));
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push({
        sequence,
        signal,
        settle(answer) {
          signal?.removeEventListener('abort', leave);
          if (answer instanceof Float32Array) resolve(answer);
          else reject(answer);
        },
      });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.start();
      });
    });
  }

  /**
   * Scores some sequences, a turn at a time, so that many of one text let others in between.
   *
   * @param items what the sequences are made of, as they are needed.
   */
  async scoreEach<T>(
    items: Iterable<T>,
    sequenceOf: (item: T) => Sequence,
    use: (item: T, scores: Float32Array) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let pending: T[] = [];
    const flush = async () => {
      const answers = await Promise.all(pending.map((item) => this.score(sequenceOf(item), signal)));
      answers.forEach((scores, at) => {
        use(pending[at] as T, scores);
      });
      pending = [];
    };
    for (const item of items) {
      if (pending.push(item) === this.turn) await flush();
    }
    if (pending.length > 0) await flush();
  }

  /** Turns away who waits, lets the network finish, and closes it. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { settle } of this.waiting.splice(0)) {
      settle(new ToxicityGuardError('CLOSED', 'The classifier is closed'));
    }
    await Promise.all(this.running);
    await this.network.close();
  }

  private start(): void {
    while (this.running.size < this.concurrency && this.waiting.length > 0) {
      const batch: Waiting[] = [];
      while (batch.length < this.size && this.waiting.length > 0) {
        const next = this.waiting.shift() as Waiting;
        if (!next.signal?.aborted) batch.push(next);
      }
      if (batch.length === 0) return;
      const run: Promise<void> = this.run(batch).then(() => {
        this.running.delete(run);
        this.start();
      });
      this.running.add(run);
    }
  }

  private async run(batch: readonly Waiting[]): Promise<void> {
    if (isDue()) await rest();
    const everybodyLeft = new AbortController();
    const check = () => {
      if (batch.every(({ signal }) => signal?.aborted)) everybodyLeft.abort();
    };
    for (const { signal } of batch) signal?.addEventListener('abort', check);
    try {
      const { outputs } = this.network;
      const answer = await this.network.predict(
        batch.map(({ sequence }) => sequence),
        everybodyLeft.signal,
      );
      throwIfWrongSize(answer, batch.length * outputs);
      batch.forEach(({ settle }, row) => {
        settle(probabilities(answer.subarray(row * outputs, (row + 1) * outputs)));
      });
    } catch (error) {
      const fault = toFault(error, 'ENGINE_FAILED', 'The engine');
      for (const { settle } of batch) settle(fault);
    } finally {
      for (const { signal } of batch) signal?.removeEventListener('abort', check);
    }
  }
}

function throwIfWrongSize(answer: unknown, expected: number): void {
  if (answer instanceof Float32Array && answer.length === expected) return;
  const got = answer instanceof Float32Array ? `${answer.length} numbers` : 'no Float32Array';
  throw new ToxicityGuardError('ENGINE_FAILED', `The engine answered with ${got}, not ${expected} numbers`);
}

/** A score that is NaN is below every threshold, and would let anything pass. */
function probabilities(answer: Float32Array): Float32Array | ToxicityGuardError {
  if (!answer.every((score) => score >= -SLACK && score <= 1 + SLACK)) {
    return new ToxicityGuardError(
      'ENGINE_FAILED',
      'The engine answered with a score that is not between 0 and 1',
    );
  }
  return answer.map((score) => Math.min(Math.max(score, 0), 1));
}
