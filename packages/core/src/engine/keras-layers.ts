import { ToxicityGuardError } from '../errors.js';
import { isObject, type ModelJson } from './tfjs-files.js';

/** A layer of a Keras network, as its `model.json` has it. */
export interface KerasLayer {
  readonly kind: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The layers of a network that is a chain: a Sequential, or a functional Model in which each layer feeds the next.
 *
 * @throws {ToxicityGuardError} `MODEL_INCOMPATIBLE` naming the layer that forks or joins.
 */
export function layersOf({ format, modelTopology }: ModelJson): KerasLayer[] {
  if (format === 'graph-model' || 'node' in modelTopology) {
    throw incompatible('the network', 'is a GraphModel, whose layers are gone: use tensorflow()');
  }
  const model = isObject(modelTopology.model_config) ? modelTopology.model_config : modelTopology;
  const { class_name: kind, config } = model;
  if (kind === 'Sequential') {
    // Keras before 2.3 had the layers in the place of the configuration.
    const layers = Array.isArray(config) ? config : isObject(config) ? config.layers : undefined;
    return objectsOf(layers).map(toLayer);
  }
  if ((kind === 'Functional' || kind === 'Model') && isObject(config))
    return chainOf(objectsOf(config.layers));
  throw incompatible('the network', 'is neither a Sequential nor a functional Model');
}

/** The error of a network that cannot be folded. */
export function incompatible(layer: string, problem: string): ToxicityGuardError {
  const message = `The network cannot be folded: ${layer} ${problem}`;
  return new ToxicityGuardError('MODEL_INCOMPATIBLE', message);
}

function objectsOf(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) return value;
  throw incompatible('the network', 'has no layers');
}

function toLayer(layer: Record<string, unknown>): KerasLayer {
  const config = isObject(layer.config) ? layer.config : {};
  return { kind: String(layer.class_name), name: String(layer.name ?? config.name), config };
}

function chainOf(layers: readonly Record<string, unknown>[]): KerasLayer[] {
  const after = new Map<string | undefined, KerasLayer>();
  for (const given of layers) {
    const layer = toLayer(given);
    const sources = sourcesOf(given.inbound_nodes);
    if (sources.length > 1) throw incompatible(layer.name, 'has several inputs');
    if (after.has(sources[0])) {
      throw incompatible(layer.name, sources[0] === undefined ? 'is a second input' : `shares ${sources[0]}`);
    }
    after.set(sources[0], layer);
  }
  const chain: KerasLayer[] = [];
  for (let layer = after.get(undefined); layer !== undefined; layer = after.get(layer.name))
    chain.push(layer);
  if (chain.length < layers.length) throw incompatible('the network', 'is not a chain of layers');
  return chain;
}

/** Names of the layers that feed a layer: `[[["embedding", 0, 0, {}]]]`, an array a call, in that one an array an input. */
function sourcesOf(nodes: unknown): string[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flat(1).map((source) => String(Array.isArray(source) ? source[0] : source));
}
