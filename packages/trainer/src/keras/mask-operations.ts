import { isJson, type Json } from './json.js';
import { type TensorRef, tensorOf } from './tensor-ref.js';

/** Which places of a tensor hold words: those that are not a value, or of whose numbers any is not. */
export interface MaskSource {
  readonly of: TensorRef;
  readonly value: number;
  readonly any: boolean;
}

/**
 * Keras 3 writes the masks of a functional model down as operations between the layers: `NotEqual` for those of an
 * Embedding, and `Any` behind it for those of a Masking.
 *
 * @returns the sources of masks by the names of the operations, which are no layers.
 */
export function readMaskOperations(layers: readonly unknown[]): Map<string, MaskSource> {
  const sources = new Map<string, MaskSource>();
  const operations = (kind: string): { name: string; args: readonly unknown[] }[] =>
    layers.filter(isJson).flatMap(({ class_name: given, name, inbound_nodes: nodes }) => {
      const [node] = Array.isArray(nodes) && nodes.length === 1 ? nodes : [];
      const args = isJson(node) && Array.isArray(node.args) ? node.args : [];
      return given === kind && typeof name === 'string' ? [{ name, args }] : [];
    });
  for (const { name, args } of operations('NotEqual')) {
    const [of, value] = [tensorOf(args[0]), args[1]];
    if (of !== undefined && typeof value === 'number') sources.set(name, { of, value, any: false });
  }
  for (const { name, args } of operations('Any')) {
    const source = maskOf(args[0], sources);
    if (source !== undefined) sources.set(name, { ...source, any: true });
  }
  return sources;
}

/** The source of a mask that a layer is called with. */
export function maskOf(tensor: unknown, sources: ReadonlyMap<string, MaskSource>): MaskSource | undefined {
  return sources.get(tensorOf(tensor as Json)?.layer ?? '');
}
