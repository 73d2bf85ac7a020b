import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import type { Sequence, SequenceNetwork } from './sequence-network.js';
import type { InputType, ModelParts, TensorFlowLike, TensorLike } from './tensorflow-like.js';
import { throwIfUnknown } from './unknown-index.js';

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
    } catch (error) {
      // The one kind that cannot run in one go, and says so only by failing.
      if (model.executeAsync === undefined) throw error;
      network.isAsync = true;
      scores = await network.run(nothing);
    }
    network.outputs = scores.length;
    return network;
  }

  async predict(batch: readonly Sequence[]): Promise<Float32Array> {
    if (this.input === 'indexes') throwIfUnknown(batch, this.words);
    try {
      return await this.run(batch);
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
      answers = tensorsOf(await (isAsync ? model.executeAsync?.(input) : model.predict(input as never)));
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
