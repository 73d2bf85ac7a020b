import type { Json } from '../json.js';
import type { LayerSettings } from '../layer-settings.js';

/** The sizes of a tensor without its batch; `null` for one that is left open. */
export type Shape = readonly (number | null)[];

/** One array of a layer. */
export interface WeightPart {
  /** As TensorFlow.js calls it within the layer, such as `kernel` or `forward_lstm/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The group of Keras 3's file within the layer's, and the array's number there. */
  readonly place: string;
  readonly index: number;
}

/**
 * What a layer does to a mask, which tells padding from words: `starts` one; `keeps` it, place by place; `reads` it, as
 * recurrent layers do; `drops` it, as Keras does too; `loses` it, where Keras does not; `needs` it, where TensorFlow.js
 * does not look at it; `joins` the masks of several inputs.
 */
export type MaskEffect = 'starts' | 'keeps' | 'reads' | 'drops' | 'loses' | 'needs' | 'joins';

/** A layer as TensorFlow.js has it. */
export interface Converted {
  /** Its class, where it is not Keras's. */
  readonly kind?: string;
  readonly config: Json;
  readonly output: Shape;
  readonly weights?: readonly WeightPart[];
  readonly mask: MaskEffect;
  /** Whether its output at padded places is another one than that of TensorFlow.js. */
  readonly othersAtPadding?: boolean;
}

/** Converts a layer that gets inputs of some shapes. Throws what {@link LayerSettings.refuse} throws. */
export type Convert = (settings: LayerSettings, inputs: readonly Shape[]) => Converted;

/** The parts of a layer's weights, in Keras's order. `false` in the place of a shape: there is none of it. */
export function weightParts(
  shapes: readonly (readonly [name: string, shape: readonly number[] | false])[],
  place = 'vars',
  prefix = '',
): WeightPart[] {
  return shapes
    .filter((entry): entry is [string, readonly number[]] => entry[1] !== false)
    .map(([name, shape], index) => ({ name: `${prefix}${name}`, shape, place, index }));
}

/** The one input of a layer. */
export function single(settings: LayerSettings, inputs: readonly Shape[]): Shape {
  const [shape] = inputs;
  return inputs.length === 1 && shape !== undefined
    ? shape
    : settings.refuse(`takes ${inputs.length} inputs`);
}

/** Places, and numbers at each, of the one input of a layer over sequences. */
export function sequence(settings: LayerSettings, inputs: readonly Shape[]): [number | null, number] {
  const shape = single(settings, inputs);
  const [length, size] = shape;
  if (shape.length !== 2 || length === undefined || typeof size !== 'number') {
    return settings.refuse(`takes sequences of vectors, and gets the shape ${showShape(shape)}`);
  }
  return [length, size];
}

/** The last dimension of a shape. */
export function lastSize(settings: LayerSettings, shape: Shape): number {
  const size = shape.at(-1);
  return typeof size === 'number' ? size : settings.refuse(`gets the shape ${showShape(shape)}`);
}

/** All numbers of a shape together. */
export function sizeOf(settings: LayerSettings, shape: Shape): number {
  let size = 1;
  for (const dimension of shape) {
    if (dimension === null) return settings.refuse(`needs an input of a fixed length`);
    size *= dimension;
  }
  return size;
}

/** A shape as people write it, such as `100 × 50`. */
export function showShape(shape: Shape): string {
  return shape.length === 0 ? '1' : shape.map((size) => size ?? '?').join(' × ');
}

/** TensorFlow.js makes every array before it reads it; zeros are made fastest. */
export const ZEROS: Json = { class_name: 'Zeros', config: {} };
