import type { TensorFlowLike } from './tensorflow-like.js';

/** A tensor, in here no more than what one operation gives and another takes. */
type Tensor = object;

/** The operations and classes of TensorFlow.js that a cell is made of. */
interface Parts {
  readonly layers: { gru(config: Config): object; gruCell(config: Config): object };
  readonly serialization: { registerClass(layer: typeof Gru): unknown };
  tidy<T>(work: () => T): T;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  split(tensor: Tensor, parts: number, axis: number): Tensor[];
  unstack(tensor: Tensor): Tensor[];
}

interface Config {
  readonly units: number;
  readonly resetAfter?: boolean;
}

/** The layer and its cell in TensorFlow.js, as far as they are looked into. */
declare class Gru {
  static readonly className: string;
  static fromConfig(type: unknown, config: Config): Gru;
  constructor(config: Config);
  cell: GruCell;
}
declare class GruCell {
  constructor(config: Config);
  readonly kernel: Variable;
  readonly recurrentKernel: Variable;
  readonly bias: Variable | null;
  readonly activation: Activation;
  readonly recurrentActivation: Activation;
  addWeight(name: string, shape: readonly number[], ...how: unknown[]): Variable;
  call(inputs: readonly [given: Tensor, state: Tensor]): Tensor[];
  getConfig(): Config;
}
interface Variable {
  read(): Tensor;
}
interface Activation {
  apply(tensor: Tensor): Tensor;
}

/**
 * Teaches a copy of TensorFlow.js the GRU that Keras makes by default, with `reset_after=True`, which it refuses
 * otherwise. `tensorflow()` does this itself where it reads the files; call it before you load such a model with
 * `tf.loadLayersModel`. It is for prediction: dropout is left out. All other layers stay as they are.
 *
 * @param tf TensorFlow.js.
 * @example
 * registerKerasGru(tf);
 * const model = await tf.loadLayersModel('file://models/comments/model.json');
 */
export function registerKerasGru(tf: TensorFlowLike): void {
  const { layers, serialization, ...parts } = tf as TensorFlowLike & Parts;
  // The classes are not exported, and are had from what they make.
  const PlainGru = layers.gru({ units: 1 }).constructor as typeof Gru;
  const PlainCell = layers.gruCell({ units: 1 }).constructor as typeof GruCell;

  class KerasCell extends PlainCell {
    constructor(config: Config) {
      super({ ...config, resetAfter: false });
    }

    // One bias for what comes in, and one for the state.
    override addWeight(name: string, shape: readonly number[], ...how: unknown[]): Variable {
      return super.addWeight(name, name === 'bias' ? [2, ...shape] : shape, ...how);
    }

    override call([given, state]: readonly [Tensor, Tensor]): Tensor[] {
      const { tidy, matMul, add, sub, mul, split, unstack } = parts;
      return tidy(() => {
        const [ofInput, ofState] = this.bias === null ? [] : unstack(this.bias.read());
        const sums = (of: Tensor, kernel: Variable, bias: Tensor | undefined) => {
          const product = matMul(of, kernel.read());
          return split(bias === undefined ? product : add(product, bias), 3, 1) as [Tensor, Tensor, Tensor];
        };
        const [updateIn, resetIn, nextIn] = sums(given, this.kernel, ofInput);
        const [updateOf, resetOf, nextOf] = sums(state, this.recurrentKernel, ofState);
        const update = this.recurrentActivation.apply(add(updateIn, updateOf));
        const reset = this.recurrentActivation.apply(add(resetIn, resetOf));
        const next = this.activation.apply(add(nextIn, mul(reset, nextOf)));
        const output = add(next, mul(update, sub(state, next)));
        return [output, output];
      });
    }

    override getConfig(): Config {
      return { ...super.getConfig(), resetAfter: true };
    }
  }

  class KerasGru extends PlainGru {
    static override fromConfig(_: unknown, config: Config): Gru {
      return config.resetAfter === true ? new KerasGru(config) : PlainGru.fromConfig(PlainGru, config);
    }

    constructor(config: Config) {
      super({ ...config, resetAfter: false });
      this.cell = new KerasCell(config);
    }
  }

  serialization.registerClass(KerasGru);
}
