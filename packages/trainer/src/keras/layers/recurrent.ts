import type { LayerSettings } from '../layer-settings.js';
import { type Convert, type Converted, sequence, weightParts, ZEROS } from './converted.js';

const GATES: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, SimpleRNN: 1 };

/** LSTM, GRU or SimpleRNN. */
export const recurrent: Convert = (settings, inputs) => {
  const [length, size] = sequence(settings, inputs);
  const gates = GATES[settings.kind] as number;
  const units = settings.count('units');
  // Keras before 2.1.3 did not know it.
  const resetsAfter = settings.kind === 'GRU' && settings.flag('reset_after', false);
  settings.only('stateful', false, 'so that its answer depends on the texts before');
  settings.only('return_state', false, 'and only its output is imported');
  settings.only('time_major', false);
  const all = settings.flag('return_sequences', false);
  const biased = settings.flag('use_bias', true);
  return {
    config: {
      units,
      activation: settings.activation('activation', ''),
      ...(gates > 1 ? { recurrent_activation: settings.activation('recurrent_activation', '') } : {}),
      use_bias: biased,
      ...(settings.kind === 'LSTM' ? { unit_forget_bias: false } : {}),
      return_sequences: all,
      go_backwards: settings.flag('go_backwards', false),
      kernel_initializer: ZEROS,
      recurrent_initializer: ZEROS,
      bias_initializer: ZEROS,
      ...(settings.kind === 'GRU' ? { reset_after: resetsAfter } : {}),
    },
    output: all ? [length, units] : [units],
    weights: weightParts(
      [
        ['kernel', [size, gates * units]],
        ['recurrent_kernel', [units, gates * units]],
        ['bias', biased && (resetsAfter ? [2, gates * units] : [gates * units])],
      ],
      'cell/vars',
    ),
    mask: 'reads',
    othersAtPadding: all && settings.flag('zero_output_for_mask', false),
  };
};

/** A recurrent layer and its mirror image. */
export const bidirectional: Convert = (settings, inputs) => {
  const forward = settings.inner('layer');
  if (forward === undefined || GATES[forward.kind] === undefined) {
    return settings.refuse('is imported only around an LSTM, a GRU or a SimpleRNN');
  }
  const there = convertInner(forward, inputs);
  const backward = settings.inner('backward_layer');
  if (backward !== undefined) {
    const back = convertInner(backward, inputs);
    const mirrored = { ...there.config, go_backwards: there.config.go_backwards !== true };
    if (backward.kind !== forward.kind || JSON.stringify(back.config) !== JSON.stringify(mirrored)) {
      settings.refuse('has a backward layer that is not the mirror image of the other');
    }
  }
  const mode = settings.choice('merge_mode', ['concat', 'sum', 'mul', 'ave']);
  const name = forward.kind.toLowerCase();
  const wrapped = { class_name: forward.kind, config: { name, ...there.config } };
  const output = there.output.map((value, index) =>
    mode === 'concat' && index === there.output.length - 1 && value !== null ? 2 * value : value,
  );
  return {
    config: { layer: wrapped, merge_mode: mode },
    output,
    weights: ['forward', 'backward'].flatMap((side) =>
      (there.weights ?? []).map((part) => ({
        ...part,
        name: `${side}_${name}/${part.name}`,
        place: `${side}_layer/${part.place}`,
      })),
    ),
    mask: 'reads',
    // Keras gives zeros there, where a recurrent layer by itself repeats its last output.
    othersAtPadding: there.config.return_sequences === true,
  };
};

function convertInner(settings: LayerSettings, inputs: Parameters<Convert>[1]): Converted {
  const converted = recurrent(settings, inputs);
  settings.end();
  return converted;
}
