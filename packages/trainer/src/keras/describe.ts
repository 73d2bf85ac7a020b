import type { Graph } from './graph.js';
import type { Shape } from './layers/converted.js';
import type { PlannedLayer } from './plan.js';
import { countOf } from './weights.js';

/** A layer of an imported model. */
export interface ImportedLayer {
  readonly name: string;
  /** Keras's class, such as `Conv1D`. */
  readonly kind: string;
  /** The shape of its output without the batch; `null` where the length is left open. */
  readonly output: Shape;
  readonly parameters: number;
}

/** An input of an imported model. */
export interface ImportedInput {
  readonly name: string;
  /** Indexes of words, vectors of words, or other numbers. */
  readonly kind: 'indexes' | 'vectors' | 'numbers';
  /** Words in a sequence, or how many numbers; `null` where it is left open. */
  readonly length: number | null;
  /** Numbers of a word's vector; 0 where the input is no vectors. */
  readonly dimensions: number;
  /** Indexes below this one are known; 0 where the input is no indexes. */
  readonly words: number;
}

/** An output of an imported model. */
export interface ImportedOutput {
  readonly name: string;
  readonly shape: Shape;
  /** Of its last layer, such as `sigmoid`. */
  readonly activation: string;
}

/** The layers of a model, for people. */
export function describeLayers(layers: readonly PlannedLayer[]): ImportedLayer[] {
  return layers.map(({ name, kind, converted, outputs }) => ({
    name,
    kind,
    output: outputs[0] as Shape,
    parameters: (converted.weights ?? []).reduce((sum, { shape }) => sum + countOf(shape), 0),
  }));
}

/** What a model takes. */
export function describeInputs({ inputs }: Graph, layers: readonly PlannedLayer[]): ImportedInput[] {
  return inputs.map(({ layer: name }) => {
    const [length = null, dimensions] = layers.find((layer) => layer.name === name)?.outputs[0] ?? [];
    const takers = layers.filter(({ calls }) =>
      calls.some(({ inputs: given }) => given.some(({ layer }) => layer === name)),
    );
    const words = takers.map(({ kind, converted }) =>
      kind === 'Embedding' ? converted.config.input_dim : 0,
    );
    const least = Math.min(...(words as number[]));
    if (takers.length > 0 && least > 0) return { name, kind: 'indexes', length, dimensions: 0, words: least };
    const isVectors = typeof dimensions === 'number';
    return { name, kind: isVectors ? 'vectors' : 'numbers', length, dimensions: dimensions ?? 0, words: 0 };
  });
}

/** What a model gives. */
export function describeOutputs({ outputs }: Graph, layers: readonly PlannedLayer[]): ImportedOutput[] {
  return outputs.map((ref) => {
    const layer = layers.find(({ name }) => name === ref.layer);
    const { activation } = layer?.converted.config ?? {};
    return {
      name: ref.layer,
      shape: layer?.outputs[ref.call] ?? [],
      activation: typeof activation === 'string' ? activation : 'linear',
    };
  });
}
