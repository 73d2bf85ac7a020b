import { throwIfAborted } from '../abort.js';
import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import { isDue, rest } from '../pace.js';
import type { Sequence, SequenceNetwork } from './sequence-network.js';
import type { InputType, ModelParts, TensorFlowLike, TensorLike } from './tensorflow-like.js';
import { throwIfUnknown } from './unknown-index.js';

/** What one call of the model is to take at most, in milliseconds, since it holds the event loop. */
const CALL_MS = 20;

/** What a network takes. */
export interface Layout {
  readonly input: 'indexes' | 'vectors';
  readonly length: number;
  readonly dimensions: number;
  readonly words: number | undefined;
  readonly type: InputType;
}

interface Settings extends Layout {
  readonly id: string;
  readonly batchSize: number | undefined;
  /** Whether the model is disposed of at the end. */
  readonly isOurs: boolean;
}

/** A model of TensorFlow.js. Every tensor that a prediction makes is disposed of, also where it fails. */
export class TensorFlowNetwork implements SequenceNetwork {
  readonly id: string;
  readonly length: number;
  readonly input: 'indexes' | 'vectors';
  readonly dimensions: number;
  readonly words: number | undefined;
  readonly batchSize: number | undefined;
  outputs = 0;
  private isAsync = false;
  /** Milliseconds that a sequence took, of late. */
  private perSequence = 0;
  private isClosed = false;

  private constructor(
    private readonly tf: TensorFlowLike,
    private readonly model: ModelParts,
    private readonly settings: Settings,
  ) {
    this.id = settings.id;
    this.length = settings.length;
    this.input = settings.input;
    this.dimensions = settings.dimensions;
    this.words = settings.words;
    this.batchSize = settings.batchSize;
  }

  /** Predicts once, for nobody: what does not run is found out now, and a backend compiles at its first call. */
  static async start(tf: TensorFlowLike, model: ModelParts, settings: Settings): Promise<TensorFlowNetwork> {
    const network = new TensorFlowNetwork(tf, model, settings);
    const size = settings.length * (settings.dimensions || 1);
    const nothing = [settings.input === 'indexes' ? new Int32Array(size) : new Float32Array(size)];
    let scores: Float32Array;
    try {
      scores = await network.run(nothing);
      // Compiled now, so that the time it takes is what the next will take.
      await network.run(nothing);
    } catch (error) {
      // The one kind that cannot run in one go, and says so only by failing.
      if (model.executeAsync === undefined) throw error;
      network.isAsync = true;
      scores = await network.run(nothing);
    }
    network.outputs = scores.length;
    return network;
  }

  async predict(batch: readonly Sequence[], signal?: AbortSignal): Promise<Float32Array> {
    if (this.input === 'indexes') throwIfUnknown(batch, this.words);
    try {
      const scores = new Float32Array(batch.length * this.outputs);
      for (let at = 0; at < batch.length; ) {
        const part = batch.slice(at, at + Math.max(1, Math.floor(CALL_MS / this.perSequence)));
        if (isDue()) await rest();
        throwIfAborted(signal);
        const some = await this.run(part);
        if (some.length !== part.length * this.outputs) {
          const message = `The network answered ${part.length} sequences with ${some.length} numbers`;
          throw new ToxicityGuardError('ENGINE_FAILED', message);
        }
        scores.set(some, at * this.outputs);
        at += part.length;
      }
      return scores;
    } catch (error) {
      throw toFault(error, 'ENGINE_FAILED', 'TensorFlow.js');
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.settings.isOurs) this.model.dispose();
  }

  private async run(batch: readonly Sequence[]): Promise<Float32Array> {
    const input = this.tensorOf(batch);
    let answers: readonly TensorLike[] = [];
    try {
      const { model, isAsync } = this;
      const started = performance.now();
      const answer = isAsync ? model.executeAsync?.(input) : model.predict(input as never);
      this.perSequence = (performance.now() - started) / batch.length;
      answers = tensorsOf(await answer);
      return await join(answers, batch.length);
    } finally {
      input.dispose();
      for (const tensor of answers) tensor.dispose();
    }
  }

  private tensorOf(batch: readonly Sequence[]): TensorLike {
    const { length, dimensions, type } = this.settings;
    const size = length * (dimensions || 1);
    const values =
      type === 'int32' ? new Int32Array(batch.length * size) : new Float32Array(batch.length * size);
    for (const [row, sequence] of batch.entries()) values.set(sequence, row * size);
    if (dimensions === 0) return this.tf.tensor2d(values, [batch.length, length], type);
    return this.tf.tensor3d(values as Float32Array, [batch.length, length, dimensions], type);
  }
}

/** A model answers with a tensor, an array of them, or an object of them by name. */
function tensorsOf(answer: unknown): TensorLike[] {
  const isTensor = (value: unknown): value is TensorLike =>
    typeof (value as Partial<TensorLike> | null)?.data === 'function';
  if (isTensor(answer)) return [answer];
  return typeof answer === 'object' && answer !== null ? Object.values(answer).filter(isTensor) : [];
}

/** The numbers of one or more outputs, side by side for each sequence. */
async function join(tensors: readonly TensorLike[], sequences: number): Promise<Float32Array> {
  const parts: ArrayLike<number>[] = [];
  for (const tensor of tensors) {
    if (tensor.shape[0] !== sequences) {
      const message = `The network answered ${sequences} sequences with the shape ${tensor.shape.join(' × ')}`;
      throw new ToxicityGuardError('ENGINE_FAILED', message);
    }
    parts.push(await tensor.data());
  }
  const widths = parts.map(({ length }) => length / sequences);
  const outputs = widths.reduce((sum, width) => sum + width, 0);
  const joined = new Float32Array(sequences * outputs);
  let at = 0;
  for (let row = 0; row < sequences; row++) {
    for (const [index, part] of parts.entries()) {
      const width = widths[index] as number;
      for (let output = 0; output < width; output++) joined[at++] = part[row * width + output] as number;
    }
  }
  return joined;
}
