import type { Graph, GraphLayer } from './graph.js';
import { LayerSettings, typeName } from './layer-settings.js';
import { type Converted, type Shape, showShape } from './layers/converted.js';
import { LAYERS, REASONS } from './layers/index.js';
import { Masks } from './masks.js';
import { unsupported } from './problems.js';
import { firstOf, keyOf } from './tensor-ref.js';

/** A layer of the model as TensorFlow.js will have it. */
export interface PlannedLayer {
  readonly name: string;
  /** Keras's class. */
  readonly kind: string;
  readonly converted: Converted;
  readonly calls: GraphLayer['calls'];
  /** The shape that each call gives. */
  readonly outputs: readonly Shape[];
}

/** What TensorFlow.js takes as the name of a tensor. */
const NAME = /^[A-Za-z0-9][-A-Za-z0-9._/]*$/;
const INPUT_TYPES: Readonly<Record<string, string>> = {
  float32: 'float32',
  ...Object.fromEntries(
    ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16'].map((type) => [type, 'int32']),
  ),
};

/**
 * Converts each layer, knowing the shapes that it gets, and follows the masks.
 *
 * @param keras Keras's major version.
 * @throws {ToxicityGuardError} `MODEL_INCOMPATIBLE` naming the layer that TensorFlow.js does not have, or has otherwise.
 */
export function planLayers(graph: Graph, file: string, keras: number): PlannedLayer[] {
  const masks = new Masks(file);
  const shapes = new Map<string, Shape>();
  const planned = new Map<string, { converted: Converted; outputs: Shape[] }>();
  let open = graph.layers.flatMap((layer) => layer.calls.map((call, number) => ({ layer, call, number })));
  while (open.length > 0) {
    const rest = open.filter(({ layer, call, number }) => {
      const given = call.inputs.map((ref) => shapes.get(keyOf(ref)));
      if (!given.every((shape) => shape !== undefined)) return true;
      const converted = convert(layer, given, file, keras);
      const known = planned.get(layer.name) ?? { converted, outputs: [] };
      if (JSON.stringify(known.converted.weights) !== JSON.stringify(converted.weights)) {
        throw unsupported(file, `the layer ${layer.name} is shared by inputs of different sizes`);
      }
      known.outputs[number] = converted.output;
      planned.set(layer.name, known);
      shapes.set(keyOf({ ...firstOf(layer.name), call: number }), converted.output);
      masks.follow(layer, number, call, converted);
      return false;
    });
    if (rest.length === open.length) {
      throw unsupported(file, `the layer ${open[0]?.layer.name} takes something that no layer gives`);
    }
    open = rest;
  }
  for (const ref of [...graph.inputs, ...graph.outputs]) {
    if (!shapes.has(keyOf(ref))) throw unsupported(file, `no layer gives its ${ref.layer}`);
  }
  masks.end(graph.outputs);
  return graph.layers.flatMap(({ name, kind, calls }) => {
    const known = planned.get(name);
    return known === undefined ? [] : [{ name, kind, calls, ...known }];
  });
}

function convert(layer: GraphLayer, inputs: readonly Shape[], file: string, keras: number): Converted {
  const settings = new LayerSettings(layer, file, keras);
  if (!NAME.test(layer.name)) settings.refuse('has a name that TensorFlow.js does not take');
  if (layer.kind === 'InputLayer') return convertInput(layer, settings);
  const convertLayer = LAYERS.get(layer.kind);
  if (convertLayer === undefined) {
    const known = [...LAYERS.keys()].join(', ');
    const reason = Object.hasOwn(REASONS, layer.kind) ? REASONS[layer.kind] : undefined;
    return settings.refuse(reason ?? `is of a kind that is not imported. Imported are ${known}`);
  }
  const converted = convertLayer(settings, inputs);
  settings.end();
  if (converted.output.some((size) => size !== null && !(Number.isSafeInteger(size) && size >= 1))) {
    settings.refuse(`is wider than its input of ${inputs.map(showShape).join(' and ')}`);
  }
  return converted;
}

function convertInput({ config }: GraphLayer, settings: LayerSettings): Converted {
  const [, ...shape] = settings.shape(config.batch_shape === undefined ? 'batch_input_shape' : 'batch_shape');
  const type = INPUT_TYPES[typeName(config.dtype) ?? 'float32'];
  if (type === undefined) settings.refuse(`takes ${typeName(config.dtype)}, and only numbers are imported`);
  settings.end();
  if (shape.length === 0) settings.refuse('takes one number a text, which has no shape');
  if (shape.some((size) => size !== null && size < 1)) settings.refuse(`has the shape ${showShape(shape)}`);
  return { config: { batch_input_shape: [null, ...shape], dtype: type }, output: shape, mask: 'drops' };
}
