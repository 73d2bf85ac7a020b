import { isJson, type Json } from './json.js';
import { type MaskSource, maskOf, readMaskOperations } from './mask-operations.js';
import { unsupported } from './problems.js';
import { firstOf, type TensorRef, tensorOf, toRef } from './tensor-ref.js';

/** One call of a layer. */
export interface Call {
  /** None for an input layer. */
  readonly inputs: readonly TensorRef[];
  /** The mask that it is called with, where the file says so. */
  readonly mask?: MaskSource | undefined;
}

/** A layer as Keras saved it. */
export interface GraphLayer {
  readonly name: string;
  /** Its class, such as `Conv1D`. */
  readonly kind: string;
  readonly config: Json;
  readonly calls: readonly Call[];
}

/** A model's layers and how they are joined. */
export interface Graph {
  readonly form: 'Sequential' | 'Functional';
  readonly name: string;
  readonly layers: readonly GraphLayer[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

/** More are no network for texts. */
const MOST_LAYERS = 1000;
const LAYERS_OF_KERAS = /^(tf_keras|keras)(\.src)?(\.(layers|engine|models)\b|$)/;

/**
 * Reads the configuration of a model, in the form of Keras 2 or of Keras 3.
 *
 * @throws {ToxicityGuardError} `MODEL_INCOMPATIBLE` naming the layer.
 */
export function readGraph(model: unknown, file: string): Graph {
  const { class_name: kind, config } = isJson(model) ? model : {};
  // Keras before 2.2.3 had a Sequential's layers in the place of the configuration.
  const settings: Json = Array.isArray(config) ? { layers: config } : isJson(config) ? config : {};
  const { layers } = settings;
  if (!Array.isArray(layers) || layers.length === 0) throw unsupported(file, 'it has no list of layers');
  if (layers.length > MOST_LAYERS) throw unsupported(file, `it has more than ${MOST_LAYERS} layers`);
  const name = typeof settings.name === 'string' ? settings.name : 'model';
  if (kind === 'Sequential') return sequentialGraph(name, layers, file);
  if (kind === 'Functional' || kind === 'Model') return functionalGraph(name, layers, settings, file);
  throw unsupported(
    file,
    `it is neither a Sequential nor a functional model but a ${String(kind)}, whose layers only Python code knows`,
  );
}

function sequentialGraph(name: string, given: readonly unknown[], file: string): Graph {
  const layers: GraphLayer[] = [];
  for (const item of given) {
    const layer = readLayer(item, file);
    const shape = layer.config.batch_input_shape ?? layer.config.batch_shape;
    if (layers.length === 0 && layer.kind !== 'InputLayer' && Array.isArray(shape)) {
      const config = { batch_shape: shape, dtype: layer.kind === 'Embedding' ? 'int32' : 'float32' };
      layers.push({ name: `${layer.name}_input`, kind: 'InputLayer', config, calls: [{ inputs: [] }] });
    }
    const before = layers.at(-1);
    layers.push({ ...layer, calls: [{ inputs: before === undefined ? [] : [firstOf(before.name)] }] });
  }
  const [first, last] = [layers[0] as GraphLayer, layers.at(-1) as GraphLayer];
  checkNames(layers, file);
  if (first.kind !== 'InputLayer') {
    const hint = 'Call the model once, or begin it with keras.Input, and save it again';
    throw unsupported(file, `nothing tells the shape of its input. ${hint}`);
  }
  return {
    form: 'Sequential',
    name,
    layers,
    inputs: [firstOf(first.name)],
    outputs: [firstOf(last.name)],
  };
}

function functionalGraph(name: string, given: readonly unknown[], config: Json, file: string): Graph {
  const masks = readMaskOperations(given);
  const layers = given
    .filter((item) => !(isJson(item) && masks.has(String(item.name))))
    .map((item) => {
      const layer = readLayer(item, file);
      const nodes = isJson(item) && Array.isArray(item.inbound_nodes) ? item.inbound_nodes : [];
      const calls = nodes.map((node) => readCall(node, layer, masks, file));
      return { ...layer, calls: layer.kind === 'InputLayer' ? [{ inputs: [] }] : calls };
    });
  checkNames(layers, file);
  const inputs = readRefs(config.input_layers, file);
  const outputs = readRefs(config.output_layers, file);
  return { form: 'Functional', name, layers, inputs, outputs };
}

function readLayer(item: unknown, file: string): Omit<GraphLayer, 'calls'> {
  const { class_name: kind, config, module } = isJson(item) ? item : {};
  if (typeof kind !== 'string' || !isJson(config) || typeof config.name !== 'string' || config.name === '') {
    throw unsupported(file, 'one of its layers has no class, no configuration or no name');
  }
  if (typeof module === 'string' && !LAYERS_OF_KERAS.test(module)) {
    throw unsupported(file, `the layer ${config.name} (${kind}) is not one of Keras's but of ${module}`);
  }
  return { name: config.name, kind, config };
}

function readCall(
  node: unknown,
  { name, kind }: Omit<GraphLayer, 'calls'>,
  masks: ReadonlyMap<string, MaskSource>,
  file: string,
): Call {
  const [sources, options] = Array.isArray(node) ? partsOfKeras2(node) : partsOfKeras3(node);
  const mask = maskOf(options.mask, masks);
  const set = Object.entries(options).find(
    ([key, value]) => value !== null && value !== false && !(key === 'mask' && mask !== undefined),
  );
  if (set !== undefined) {
    throw unsupported(file, `the layer ${name} (${kind}) is called with ${set[0]}, which is not imported`);
  }
  const inputs = sources.filter((ref) => ref !== undefined);
  if (inputs.length > 0 && inputs.length === sources.length) return { inputs, mask };
  throw unsupported(file, `the layer ${name} (${kind}) takes something that no layer gives`);
}

type Parts = [sources: readonly (TensorRef | undefined)[], options: Json];

/** `[["embedding", 0, 0, {}], …]`, one for each input. */
function partsOfKeras2(node: readonly unknown[]): Parts {
  const options = node.map((source) => (Array.isArray(source) && isJson(source[3]) ? source[3] : {}));
  return [node.map(toRef), Object.assign({}, ...options)];
}

/** `{ args: [tensor] or [[tensor, …]], kwargs }`. */
function partsOfKeras3(node: unknown): Parts {
  const { args, kwargs } = isJson(node) ? node : {};
  const [tensors] = Array.isArray(args) && args.length === 1 ? args : [];
  return [(Array.isArray(tensors) ? tensors : [tensors]).map(tensorOf), isJson(kwargs) ? kwargs : {}];
}

/** `[["words", 0, 0], …]`; Keras 3 leaves the outer list out where there is one, or gives them names. */
function readRefs(value: unknown, file: string): TensorRef[] {
  const list = isJson(value) ? Object.values(value) : Array.isArray(value) ? value : [];
  const refs = (typeof list[0] === 'string' ? [list] : list).map(toRef);
  if (refs.length > 0 && refs.every((ref) => ref !== undefined)) return refs;
  throw unsupported(file, 'it does not tell its inputs and outputs');
}

function checkNames(layers: readonly GraphLayer[], file: string): void {
  const names = new Set<string>();
  for (const { name } of layers) {
    if (names.has(name)) throw unsupported(file, `two of its layers have the name ${name}`);
    names.add(name);
  }
}
