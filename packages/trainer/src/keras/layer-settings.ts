import type { GraphLayer } from './graph.js';
import { isJson, type Json } from './json.js';
import { unsupported } from './problems.js';

/** Keys that say how a layer is trained, or what is known anyway: nothing of them shows in an answer. */
const IGNORED =
  /^(name|trainable|dtype|autocast|seed|unroll|noise_shape|input_length|input_shape|input_dtype|batch_input_shape|batch_shape|build_config|fused|momentum|renorm_.*|synchronized|implementation|unit_forget_bias|use_cudnn|dropout|recurrent_dropout|.*_(initializer|regularizer|constraint))$/;

/** Names of activations here and in Keras 2 and 3 mean the same, but for those of `DIFFERENT`. */
const ACTIVATIONS = new Map(
  [
    'linear',
    'relu',
    'relu6',
    'sigmoid',
    'hard_sigmoid',
    'tanh',
    'softmax',
    'log_softmax',
    'elu',
    'selu',
    'gelu',
    'mish',
    'swish',
    'softplus',
    'softsign',
  ].map((name) => [name, name]),
).set('silu', 'swish');

/**
 * Reads the configuration of one layer. What it is not asked for must say nothing that would show in an answer:
 * {@link LayerSettings.end} refuses it.
 */
export class LayerSettings {
  private readonly read = new Set<string>();

  constructor(
    private readonly layer: Pick<GraphLayer, 'name' | 'kind' | 'config'>,
    private readonly file: string,
    /** Keras's major version. */
    private readonly keras: number,
  ) {
    const type = typeName(layer.config.dtype);
    if (type !== undefined && type !== 'float32' && layer.kind !== 'InputLayer') {
      this.refuse(
        `computes in ${type}, and only float32 is imported. Save the model under the policy float32`,
      );
    }
  }

  get name(): string {
    return this.layer.name;
  }

  /** Throws the error of this layer: `the layer gru (GRU) has …`. */
  refuse(problem: string): never {
    const { name, kind } = this.layer;
    throw unsupported(this.file, `the layer ${name} (${kind}) ${problem}`);
  }

  /** A whole number of 1 or more. */
  count(key: string): number {
    const value = this.take(key);
    return this.isCount(value) ? value : this.refuse(`has no usable ${key}`);
  }

  /** A whole number of 1 or more, alone or in a list of one. */
  one(key: string, fallback?: number): number {
    const given = this.take(key);
    const value = Array.isArray(given) && given.length === 1 ? given[0] : (given ?? fallback);
    return this.isCount(value) ? value : this.refuse(`has no usable ${key}`);
  }

  number(key: string, fallback: number): number {
    const value = this.take(key) ?? fallback;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.refuse(`has no usable ${key}`);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.take(key) ?? fallback;
    return typeof value === 'boolean' ? value : this.refuse(`has no usable ${key}`);
  }

  choice<const T extends string>(key: string, choices: readonly T[]): T {
    // A null is a choice too: merge_mode=None keeps two outputs apart.
    const given = this.take(key);
    const value = given === undefined ? choices[0] : given;
    return choices.find((choice) => choice === value) ?? this.refuse(`has ${key}=${show(value)}`);
  }

  /** A list of whole numbers and gaps. */
  shape(key: string): (number | null)[] {
    const value = this.take(key);
    if (Array.isArray(value) && value.every((item) => item === null || Number.isSafeInteger(item))) {
      return value;
    }
    return this.refuse(`has no usable ${key}`);
  }

  /** Checks that a setting has the one value with which TensorFlow.js computes. */
  only(key: string, value: unknown, why = 'which TensorFlow.js cannot compute'): void {
    const given = this.take(key) ?? value;
    if (given !== value) this.refuse(`has ${key}=${show(given)}, ${why}`);
  }

  /** The axis of the last dimension, given as -1, as its number, or as a list of it; `rank` counts the batch. */
  lastAxis(rank: number): void {
    const given = this.take('axis');
    const axis = Array.isArray(given) && given.length === 1 ? given[0] : (given ?? -1);
    if (axis !== -1 && axis !== rank - 1) this.refuse(`works along axis ${show(axis)}, not along the last`);
  }

  /** The name by which TensorFlow.js knows an activation; `fallback` is for a key that is not there. */
  activation(key: string, fallback = 'linear'): string {
    const value = this.take(key);
    const given = value === undefined ? fallback : (value ?? 'linear');
    if (given === '') this.refuse(`has no ${key}`);
    const name = typeof given === 'string' ? ACTIVATIONS.get(given) : undefined;
    if (name === undefined)
      this.refuse(`has the activation ${show(given)}, which TensorFlow.js does not have`);
    if (name === 'hard_sigmoid' && this.keras > 2) {
      this.refuse(
        'has the activation hard_sigmoid, which is another function in Keras 3 than in TensorFlow.js',
      );
    }
    return name;
  }

  /** A layer inside this one; `undefined` where there is none. */
  inner(key: string): LayerSettings | undefined {
    const value = this.take(key);
    if (value === undefined || value === null) return undefined;
    const { class_name: kind, config } = isJson(value) ? value : {};
    if (typeof kind !== 'string' || !isJson(config)) this.refuse(`has no usable ${key}`);
    const name = typeof config.name === 'string' ? config.name : key;
    return new LayerSettings({ name: `${this.name}/${name}`, kind, config }, this.file, this.keras);
  }

  get kind(): string {
    return this.layer.kind;
  }

  /** Refuses what was not asked for and is set. */
  end(): void {
    for (const [key, value] of Object.entries(this.layer.config)) {
      if (value === null || value === false || this.read.has(key) || IGNORED.test(key)) continue;
      this.refuse(`has ${key}=${show(value)}, which is not imported`);
    }
  }

  private take(key: string): unknown {
    this.read.add(key);
    return this.layer.config[key];
  }

  private isCount(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) >= 1;
  }
}

/** The name of a type or of a policy of types, which Keras 3 wraps. */
export function typeName(dtype: unknown): string | undefined {
  if (isJson(dtype)) return typeName((isJson(dtype.config) ? dtype.config : ({} as Json)).name);
  return typeof dtype === 'string' ? dtype : undefined;
}

function show(value: unknown): string {
  if (isJson(value)) return String(value.class_name ?? '{…}').slice(0, 60);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return Array.isArray(value) ? '[…]' : String(value).slice(0, 60);
}
