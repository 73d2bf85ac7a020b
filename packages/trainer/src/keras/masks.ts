import type { Call, GraphLayer } from './graph.js';
import type { Converted } from './layers/converted.js';
import type { MaskSource } from './mask-operations.js';
import { unsupported } from './problems.js';
import { firstOf, keyOf, type TensorRef } from './tensor-ref.js';

/** What is known of a tensor's mask. */
interface Mask {
  /** Which words it leaves. */
  readonly source: string;
  /**
   * `same` where TensorFlow.js has it too; `other` where it has, and other values than Keras at padding; `lost` where
   * it has lost it.
   */
  readonly state: 'same' | 'other' | 'lost';
}

/**
 * Follows the masks of padding through a model, as Keras and as TensorFlow.js 4.22 hand them on, and refuses where the
 * two part. TensorFlow.js hands the last mask that it met to every layer that comes later, also where Keras has dropped
 * it; its means do not look at masks.
 */
export class Masks {
  private readonly masks = new Map<string, Mask>();
  private started = false;
  /** A recurrent layer that gets no mask. */
  private unmasked: GraphLayer | undefined;

  constructor(private readonly file: string) {}

  /** Takes note of one call of a layer, all of whose inputs have been followed. */
  follow(layer: GraphLayer, number: number, call: Call, converted: Converted): void {
    const given = call.inputs.map((ref) => this.masks.get(keyOf(ref)));
    if (call.mask !== undefined && given[0]?.source !== nameOf(call.mask)) {
      this.refuse(layer, 'is called with a mask that is not that of its input');
    }
    const mask = this.after(layer, call, given, converted);
    if (mask !== undefined) this.masks.set(keyOf({ ...firstOf(layer.name), call: number }), mask);
  }

  /** Checks what only the whole model tells. */
  end(outputs: readonly TensorRef[]): void {
    if (this.started && this.unmasked !== undefined) {
      this.refuse(this.unmasked, 'gets no mask, and TensorFlow.js would give it that of another layer');
    }
    for (const ref of outputs) {
      if (this.masks.get(keyOf(ref))?.state === 'other') {
        throw unsupported(this.file, `its output ${ref.layer} is another one at padding in TensorFlow.js`);
      }
    }
  }

  private after(
    layer: GraphLayer,
    { inputs }: Call,
    given: readonly (Mask | undefined)[],
    { mask: effect, config, output, othersAtPadding }: Converted,
  ): Mask | undefined {
    const [mask] = given;
    switch (effect) {
      case 'starts': {
        this.started = true;
        const [of] = inputs as [TensorRef];
        const any = layer.kind === 'Masking';
        return { source: nameOf({ of, value: any ? (config.mask_value as number) : 0, any }), state: 'same' };
      }
      case 'keeps':
        return mask;
      case 'loses':
        return mask && { ...mask, state: 'lost' };
      case 'reads':
        if (mask?.state === 'lost')
          this.refuse(layer, 'gets a mask, which TensorFlow.js has lost on the way');
        if (mask === undefined) this.unmasked ??= layer;
        if (mask === undefined || output.length < 2) return undefined;
        return { ...mask, state: othersAtPadding === true ? 'other' : 'same' };
      case 'needs':
        if (mask !== undefined) this.refuse(layer, 'leaves masked words out, which TensorFlow.js does not');
        return undefined;
      case 'joins':
        if (given.some((one) => one !== undefined)) {
          this.refuse(layer, 'joins masks, which TensorFlow.js does otherwise');
        }
        return undefined;
      default:
        if (mask?.state === 'other') {
          this.refuse(layer, 'gets other values at padding in TensorFlow.js than in Keras');
        }
        return undefined;
    }
  }

  private refuse({ name, kind }: GraphLayer, problem: string): never {
    const hint = 'Train without mask_zero or Masking';
    throw unsupported(this.file, `the layer ${name} (${kind}) ${problem}. ${hint}`);
  }
}

function nameOf({ of, value, any }: MaskSource): string {
  return JSON.stringify([keyOf(of), value, any]);
}
