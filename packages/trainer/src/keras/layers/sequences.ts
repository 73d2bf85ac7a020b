import { type Convert, lastSize, sequence, single, weightParts, ZEROS } from './converted.js';

export const embedding: Convert = (settings, inputs) => {
  const shape = single(settings, inputs);
  if (shape.length !== 1) settings.refuse('takes sequences of indexes, and gets something else');
  const words = settings.count('input_dim');
  const size = settings.count('output_dim');
  const masks = settings.flag('mask_zero', false);
  return {
    config: { input_dim: words, output_dim: size, mask_zero: masks, embeddings_initializer: ZEROS },
    output: [...shape, size],
    weights: weightParts([['embeddings', [words, size]]]),
    mask: masks ? 'starts' : 'drops',
  };
};

export const convolution: Convert = (settings, inputs) => {
  const [length, size] = sequence(settings, inputs);
  const filters = settings.count('filters');
  const width = settings.one('kernel_size');
  const stride = settings.one('strides', 1);
  const dilation = settings.one('dilation_rate', 1);
  settings.only('groups', 1);
  settings.only('data_format', 'channels_last');
  const padding = settings.choice('padding', ['valid', 'same', 'causal']);
  if (padding === 'causal') settings.refuse('has padding=causal, which TensorFlow.js cannot compute');
  const biased = settings.flag('use_bias', true);
  return {
    config: {
      filters,
      kernel_size: [width],
      strides: [stride],
      padding,
      dilation_rate: [dilation],
      activation: settings.activation('activation'),
      use_bias: biased,
      kernel_initializer: ZEROS,
      bias_initializer: ZEROS,
    },
    output: [placesAfter(length, (width - 1) * dilation + 1, stride, padding), filters],
    weights: weightParts([
      ['kernel', [width, size, filters]],
      ['bias', biased && [filters]],
    ]),
    mask: 'drops',
  };
};

export const pooling: Convert = (settings, inputs) => {
  const [length, size] = sequence(settings, inputs);
  const width = settings.one('pool_size', 2);
  const stride = settings.one('strides', width);
  settings.only('data_format', 'channels_last');
  const padding = settings.choice('padding', ['valid', 'same']);
  return {
    config: { pool_size: [width], strides: [stride], padding },
    output: [placesAfter(length, width, stride, padding), size],
    mask: 'drops',
  };
};

export const globalMaximum: Convert = (settings, inputs) => globalPooling('drops', settings, inputs);

export const globalMean: Convert = (settings, inputs) => globalPooling('needs', settings, inputs);

function globalPooling(mask: 'drops' | 'needs', ...[settings, inputs]: Parameters<Convert>) {
  const [, size] = sequence(settings, inputs);
  settings.only('data_format', 'channels_last');
  settings.only('keepdims', false);
  return { config: {}, output: [size], mask };
}

export const masking: Convert = (settings, inputs) => {
  const output = single(settings, inputs);
  sequence(settings, inputs);
  lastSize(settings, output);
  return { config: { mask_value: settings.number('mask_value', 0) }, output, mask: 'starts' };
};

/** Places that a window leaves of a sequence. */
function placesAfter(length: number | null, window: number, stride: number, padding: string): number | null {
  if (length === null) return null;
  return Math.ceil((padding === 'same' ? length : length - window + 1) / stride);
}
