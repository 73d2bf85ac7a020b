import { addProduct } from './add-product.js';

/** What a network does with a vector after another; each gives a vector and may reuse the one that it is given. */
export type Step =
  | { readonly kind: 'activation'; readonly apply: (value: number) => number }
  | { readonly kind: 'affine'; readonly scale: Float64Array; readonly shift: Float64Array }
  | {
      readonly kind: 'dense';
      /** `inputs` × `outputs`. */
      readonly kernel: Float32Array;
      readonly bias: Float32Array;
    };

/** The activations that never fall as their input rises, by Keras's names; `undefined` for `linear`, which does nothing. */
export const ACTIVATIONS: ReadonlyMap<string, ((value: number) => number) | undefined> = new Map([
  ['linear', undefined],
  ['relu', (value: number) => Math.max(value, 0)],
  ['tanh', Math.tanh],
  ['sigmoid', (value: number) => 1 / (1 + Math.exp(-value))],
]);

/** Takes a vector through some steps. */
export function applySteps(steps: readonly Step[], vector: Float64Array): Float64Array {
  let values = vector;
  for (const step of steps) {
    if (step.kind === 'dense') {
      const sums = Float64Array.from(step.bias);
      addProduct(values, step.kernel, 0, sums);
      values = sums;
    } else if (step.kind === 'affine') {
      for (let i = 0; i < values.length; i++) {
        values[i] = (values[i] as number) * (step.scale[i] as number) + (step.shift[i] as number);
      }
    } else {
      for (let i = 0; i < values.length; i++) values[i] = step.apply(values[i] as number);
    }
  }
  return values;
}

/** Whether a step gives the same before a pool as after it. */
export function commutes(step: Step, pool: 'max' | 'mean'): boolean {
  if (step.kind === 'dense') return false;
  if (pool === 'mean') return step.kind === 'affine';
  return step.kind === 'activation' || step.scale.every((scale) => scale >= 0);
}
