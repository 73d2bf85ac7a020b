import type { Graph } from './graph.js';
import type { Json } from './json.js';
import type { PlannedLayer } from './plan.js';
import type { TensorRef } from './tensor-ref.js';
import type { WrittenArray } from './weights.js';

/** The one file of weights. */
export const SHARD = 'group1-shard1of1.bin';

/** A `model.json` that TensorFlow.js reads as a LayersModel. */
export interface LayersModelJson {
  readonly format: 'layers-model';
  readonly generatedBy: string;
  readonly convertedBy: string;
  readonly modelTopology: Json;
  readonly weightsManifest: readonly [
    { readonly paths: string[]; readonly weights: readonly WrittenArray[] },
  ];
}

/** Writes a model down as TensorFlow.js reads it: in the form of Keras 2. */
export function toModelJson(
  graph: Graph,
  layers: readonly PlannedLayer[],
  arrays: readonly WrittenArray[],
  version: string,
): LayersModelJson {
  const ends = {
    input_layers: graph.inputs.map(toList),
    output_layers: graph.outputs.map(toList),
  };
  const config = {
    name: 'model',
    layers: layers.map((layer) => toLayer(layer, graph.form)),
    ...(graph.form === 'Functional' ? ends : {}),
  };
  const weights = arrays.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  return {
    format: 'layers-model',
    generatedBy: `keras v${version}`,
    convertedBy: 'toxicity-guard import-keras',
    modelTopology: {
      keras_version: version,
      backend: 'tensorflow',
      model_config: { class_name: graph.form, config },
    },
    weightsManifest: [{ paths: [SHARD], weights }],
  };
}

function toLayer({ name, kind, converted, calls }: PlannedLayer, form: Graph['form']): Json {
  const layer = {
    class_name: converted.kind ?? kind,
    config: { name, trainable: true, dtype: 'float32', ...converted.config },
  };
  if (form === 'Sequential') return layer;
  const nodes = calls.map(({ inputs }) => inputs.map((ref) => [...toList(ref), {}]));
  return { ...layer, name, inbound_nodes: kind === 'InputLayer' ? [] : nodes };
}

function toList({ layer, call, output }: TensorRef): [string, number, number] {
  return [layer, call, output];
}
