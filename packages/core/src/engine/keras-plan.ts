import { ToxicityGuardError } from '../errors.js';
import { incompatible, type KerasLayer, layersOf } from './keras-layers.js';
import { ACTIVATIONS, commutes, type Step } from './keras-steps.js';
import { bytesOf, isObject, type TfjsFiles } from './tfjs-files.js';

/** A convolution over the vectors of words. */
export interface Convolution {
  readonly width: number;
  readonly filters: number;
  /** `width` × dimensions × `filters`. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  /** Positions of nothing before the first word, and after the last. */
  readonly before: number;
  readonly after: number;
}

/** A network that can be folded, in the order in which it computes. */
export interface KerasPlan {
  readonly length: number;
  /** Absent where the input is vectors. */
  readonly embedding: { readonly words: number; readonly vectors: Float32Array } | undefined;
  /** Numbers of a word as it comes in. */
  readonly dimensions: number;
  /** What is done with each word alone. */
  readonly wordSteps: readonly Step[];
  /** Absent where the words are pooled as they are. */
  readonly convolution: Convolution | undefined;
  /** What is done at each position, and does not give the same after the pool. */
  readonly positionSteps: readonly Step[];
  readonly pool: 'max' | 'mean';
  /** What is done with the pooled vector. */
  readonly steps: readonly Step[];
  /** Numbers a position has at the pool. */
  readonly channels: number;
  readonly outputs: number;
}

/** Layers that do nothing at prediction. */
const IDLE = new Set([
  'Dropout',
  'SpatialDropout1D',
  'AlphaDropout',
  'GaussianDropout',
  'GaussianNoise',
  'ActivityRegularization',
]);

/**
 * Recognises a network of at most one convolution.
 *
 * @param length words in a sequence, where the network leaves it open.
 * @throws {ToxicityGuardError} `MODEL_INCOMPATIBLE` naming the first layer that does not fit, `MODEL_UNREADABLE`
 * where an array is missing.
 */
export function planOf(files: TfjsFiles, length: number | undefined): KerasPlan {
  const reader = new PlanReader(files, length);
  for (const layer of layersOf(files.json)) reader.read(layer);
  return reader.plan();
}

type Stage = 'words' | 'positions' | 'pooled';

class PlanReader {
  private stage: Stage = 'words';
  private embedding: KerasPlan['embedding'];
  private dimensions = 0;
  private convolution: Convolution | undefined;
  private pool: KerasPlan['pool'] = 'max';
  private masked = false;
  /** Numbers of the vector that the next layer gets; 0 before the first layer. */
  private size = 0;
  private channels = 0;
  private last = '';
  private readonly steps: { readonly [S in Stage]: Step[] } = { words: [], positions: [], pooled: [] };

  constructor(
    private readonly files: TfjsFiles,
    private length: number | undefined,
  ) {}

  read(layer: KerasLayer): void {
    this.last = layer.name;
    if (this.size === 0) this.readInputShape(layer);
    if (IDLE.has(layer.kind) || layer.kind === 'InputLayer') return;
    const read = this.readers[layer.kind];
    if (read === undefined) throw incompatible(layer.name, `is a ${layer.kind}`);
    if (this.size === 0 && layer.kind !== 'Embedding') {
      throw incompatible(layer.name, 'comes before anything gives a word its vector');
    }
    read(layer);
  }

  plan(): KerasPlan {
    const { embedding, dimensions, convolution, pool, size, channels, last, length } = this;
    const { words, positions, pooled } = this.steps;
    if (this.stage !== 'pooled')
      throw incompatible(last, 'is the last layer, and nothing has pooled the words');
    const end = pooled.at(-1);
    if (end?.kind !== 'activation' || end.apply !== ACTIVATIONS.get('sigmoid')) {
      throw incompatible(last, 'is the last layer, and its activation is not sigmoid');
    }
    const moves = positions.every((step) => commutes(step, pool));
    return {
      length: length as number,
      embedding,
      dimensions,
      wordSteps: words,
      convolution,
      positionSteps: moves ? [] : positions,
      pool,
      steps: moves ? [...positions, ...pooled] : pooled,
      channels,
      outputs: size,
    };
  }

  private readonly readers: Readonly<Record<string, (layer: KerasLayer) => void>> = {
    Embedding: (layer) => this.readEmbedding(layer),
    Conv1D: (layer) => this.readConvolution(layer),
    Dense: (layer) => this.readDense(layer),
    BatchNormalization: (layer) => this.readNormalization(layer),
    Activation: ({ name, config }) => this.activate(name, config.activation),
    ReLU: ({ name, config }) => {
      const { max_value: most, negative_slope: slope, threshold } = config;
      if ((most ?? null) !== null || slope || threshold) throw incompatible(name, 'is not a plain ReLU');
      this.activate(name, 'relu');
    },
    GlobalMaxPooling1D: () => this.poolBy('max'),
    GlobalAveragePooling1D: ({ name }) => {
      if (this.masked) throw incompatible(name, 'takes the mean of unmasked words only');
      this.poolBy('mean');
    },
    MaxPooling1D: (layer) => this.poolAll(layer, 'max'),
    AveragePooling1D: (layer) => this.poolAll(layer, 'mean'),
    Flatten: ({ name }) => {
      if (this.stage !== 'pooled')
        throw incompatible(name, 'flattens words that have not been pooled into one');
    },
  };

  private readInputShape({ kind, name, config }: KerasLayer): void {
    const shape = config.batch_input_shape ?? config.batch_shape;
    if (!Array.isArray(shape)) {
      this.setLength(name, config.input_length);
      return;
    }
    this.setLength(name, shape[1]);
    if (shape.length === 2) return;
    const [, , dimensions] = shape;
    if (shape.length !== 3 || !isCount(dimensions) || kind === 'Embedding') {
      throw incompatible(name, `takes an input of the shape ${shape.slice(1).join(' × ')}`);
    }
    this.dimensions = this.size = dimensions;
  }

  private setLength(name: string, given: unknown): void {
    const length = Array.isArray(given) ? given[0] : given;
    if (!isCount(length)) return;
    if (this.length !== undefined && this.length !== length) {
      throw incompatible(name, `takes sequences of ${length} words, not of ${this.length}`);
    }
    this.length = length;
  }

  private readEmbedding({ name, config }: KerasLayer): void {
    if (this.size !== 0) throw incompatible(name, 'is not the first layer');
    const { input_dim: words, output_dim: dimensions } = config;
    if (!isCount(words) || !isCount(dimensions)) throw incompatible(name, 'tells no sizes');
    this.embedding = { words, vectors: this.weight(name, 'embeddings', [words, dimensions]) };
    this.dimensions = this.size = dimensions;
    this.masked = config.mask_zero === true;
  }

  private readConvolution({ name, config }: KerasLayer): void {
    if (this.stage !== 'words') throw incompatible(name, 'is a second convolution');
    const { filters, padding = 'valid', data_format: order = 'channels_last', groups = 1 } = config;
    const [width, stride, dilation] = [
      config.kernel_size,
      config.strides ?? 1,
      config.dilation_rate ?? 1,
    ].map((value) => (Array.isArray(value) ? value[0] : value));
    if (!isCount(filters) || !isCount(width)) throw incompatible(name, 'tells no sizes');
    if (stride !== 1) throw incompatible(name, `has a stride of ${stride}`);
    if (dilation !== 1) throw incompatible(name, `has a dilation of ${dilation}`);
    if (order !== 'channels_last' || groups !== 1)
      throw incompatible(name, 'has channels first, or in groups');
    const padded = PADDINGS[String(padding)]?.(width);
    if (padded === undefined) throw incompatible(name, `has the padding ${padding}`);
    this.convolution = {
      width,
      filters,
      kernel: this.weight(name, 'kernel', [width, this.size, filters]),
      bias: this.bias(name, config, filters),
      ...padded,
    };
    if (this.positions() < 1) throw incompatible(name, `is wider than ${this.length} words`);
    this.stage = 'positions';
    this.size = filters;
    this.activate(name, config.activation);
  }

  private readDense({ name, config }: KerasLayer): void {
    const { units } = config;
    if (!isCount(units)) throw incompatible(name, 'tells no size');
    this.steps[this.stage].push({
      kind: 'dense',
      kernel: this.weight(name, 'kernel', [this.size, units]),
      bias: this.bias(name, config, units),
    });
    this.size = units;
    this.activate(name, config.activation);
  }

  private readNormalization({ name, config }: KerasLayer): void {
    const axis = Array.isArray(config.axis) ? config.axis[0] : (config.axis ?? -1);
    if (axis !== -1 && axis !== (this.stage === 'pooled' ? 1 : 2)) {
      throw incompatible(name, `normalises along axis ${axis}`);
    }
    const vector = (kind: string, use: unknown, other: number): Float32Array =>
      use === false ? new Float32Array(this.size).fill(other) : this.weight(name, kind, [this.size]);
    const gamma = vector('gamma', config.scale, 1);
    const beta = vector('beta', config.center, 0);
    const mean = this.weight(name, 'moving_mean', [this.size]);
    const variance = this.weight(name, 'moving_variance', [this.size]);
    const epsilon = typeof config.epsilon === 'number' ? config.epsilon : 1e-3;
    const scale = Float64Array.from(
      gamma,
      (value, i) => value / Math.sqrt((variance[i] as number) + epsilon),
    );
    const shift = scale.map((value, i) => (beta[i] as number) - (mean[i] as number) * value);
    this.steps[this.stage].push({ kind: 'affine', scale, shift });
  }

  private activate(name: string, activation: unknown): void {
    // TensorFlow.js writes an object where Keras writes a name.
    const given = isObject(activation) ? activation.class_name : (activation ?? 'linear');
    const wanted = String(given).toLowerCase();
    if (!ACTIVATIONS.has(wanted)) throw incompatible(name, `has the activation ${wanted}`);
    const apply = ACTIVATIONS.get(wanted);
    if (apply !== undefined) this.steps[this.stage].push({ kind: 'activation', apply });
  }

  private poolBy(pool: KerasPlan['pool']): void {
    if (this.stage === 'pooled') throw incompatible(this.last, 'pools a second time');
    if (this.length === undefined) {
      throw incompatible(this.last, 'pools sequences of any length: choose one with `length`');
    }
    this.pool = pool;
    this.channels = this.size;
    this.stage = 'pooled';
  }

  private poolAll({ name, config }: KerasLayer, pool: KerasPlan['pool']): void {
    const positions = this.positions();
    const [size, stride] = [config.pool_size ?? 2, config.strides ?? config.pool_size ?? 2].map((value) =>
      Array.isArray(value) ? value[0] : value,
    ) as [number, number];
    const coversAll =
      config.padding === 'same' ? size >= positions && stride >= positions : size === positions;
    if (!coversAll) throw incompatible(name, `pools ${size} of ${positions} positions at a time, not all`);
    this.poolBy(pool);
  }

  private positions(): number {
    const { before = 0, after = 0, width = 1 } = this.convolution ?? {};
    return (this.length ?? Number.POSITIVE_INFINITY) + before + after - width + 1;
  }

  private bias(name: string, config: KerasLayer['config'], size: number): Float32Array {
    return config.use_bias === false ? new Float32Array(size) : this.weight(name, 'bias', [size]);
  }

  /** One array of a layer: `conv1d/kernel`, with or without the names of models around it. */
  private weight(layer: string, kind: string, shape: readonly number[]): Float32Array {
    const { specs, weights, file } = this.files;
    let at = 0;
    for (const spec of specs) {
      const path = spec.name.replace(/:\d+$/, '').split('/');
      if (path.at(-1) === kind && path.slice(0, -1).includes(layer)) {
        if (spec.dtype !== 'float32' || spec.quantization !== undefined) {
          throw incompatible(layer, `has ${kind} that are quantised, or not of 32-bit floats`);
        }
        if (spec.shape.join() !== shape.join()) {
          throw incompatible(
            layer,
            `has ${kind} of shape ${spec.shape.join(' × ')}, not ${shape.join(' × ')}`,
          );
        }
        const values = new Float32Array(weights.slice(at, at + bytesOf(spec)).buffer);
        // A maximum passes over NaN: every score would be low, and none would be wrong to look at.
        if (values.every(Number.isFinite)) return values;
        throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} has numbers that are none in ${spec.name}`);
      }
      at += bytesOf(spec);
    }
    throw new ToxicityGuardError('MODEL_UNREADABLE', `${file} has no array ${layer}/${kind}`);
  }
}

const PADDINGS: Readonly<Record<string, (width: number) => { before: number; after: number }>> = {
  valid: () => ({ before: 0, after: 0 }),
  causal: (width) => ({ before: width - 1, after: 0 }),
  // TensorFlow puts the odd one at the end.
  same: (width) => ({ before: Math.floor((width - 1) / 2), after: Math.ceil((width - 1) / 2) }),
};

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}
