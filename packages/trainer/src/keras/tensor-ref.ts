import { isJson } from './json.js';

/** One output of one call of a layer. */
export interface TensorRef {
  readonly layer: string;
  /** A layer that is shared is called more than once. */
  readonly call: number;
  readonly output: number;
}

/** Reads `["embedding", 0, 0]`. */
export function toRef(source: unknown): TensorRef | undefined {
  const [layer, call, output] = Array.isArray(source) ? source : [];
  return typeof layer === 'string' && Number.isInteger(call) && Number.isInteger(output)
    ? { layer, call, output }
    : undefined;
}

/** Reads a tensor as Keras 3 writes it into the arguments of a call. */
export function tensorOf(tensor: unknown): TensorRef | undefined {
  return isJson(tensor) && isJson(tensor.config) ? toRef(tensor.config.keras_history) : undefined;
}

/** The first output of a layer's first call. */
export function firstOf(layer: string): TensorRef {
  return { layer, call: 0, output: 0 };
}

/** The key of a tensor in a map. */
export function keyOf({ layer, call, output }: TensorRef): string {
  return JSON.stringify([layer, call, output]);
}
