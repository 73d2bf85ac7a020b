import {
  type Convert,
  lastSize,
  type Shape,
  showShape,
  single,
  sizeOf,
  weightParts,
  ZEROS,
} from './converted.js';

export const dense: Convert = (settings, inputs) => {
  const shape = single(settings, inputs);
  const size = lastSize(settings, shape);
  const units = settings.count('units');
  const biased = settings.flag('use_bias', true);
  const activation = settings.activation('activation');
  return {
    config: { units, activation, use_bias: biased, kernel_initializer: ZEROS, bias_initializer: ZEROS },
    output: [...shape.slice(0, -1), units],
    weights: weightParts([
      ['kernel', [size, units]],
      ['bias', biased && [units]],
    ]),
    mask: 'keeps',
  };
};

/** Whatever does something in training alone. */
export const idle: Convert = (settings, inputs) => ({
  config: { rate: settings.number('rate', 0) },
  output: single(settings, inputs),
  mask: 'keeps',
});

/** Noise of training, other than by leaving out. */
export const noise: Convert = (settings, inputs) => {
  settings.number('rate', 0);
  settings.number('stddev', 0);
  return { kind: 'Dropout', config: { rate: 0 }, output: single(settings, inputs), mask: 'keeps' };
};

export const activation: Convert = (settings, inputs) => ({
  config: { activation: settings.activation('activation') },
  output: single(settings, inputs),
  mask: 'keeps',
});

export const relu: Convert = (settings, inputs) => {
  settings.only('negative_slope', 0);
  settings.only('threshold', 0);
  const most = settings.number('max_value', Number.MAX_VALUE);
  return {
    config: { max_value: most === Number.MAX_VALUE ? null : most },
    output: single(settings, inputs),
    mask: 'keeps',
  };
};

export const elu: Convert = (settings, inputs) => {
  settings.only('alpha', 1);
  return {
    kind: 'Activation',
    config: { activation: 'elu' },
    output: single(settings, inputs),
    mask: 'keeps',
  };
};

export const softmax: Convert = (settings, inputs) => {
  const output = single(settings, inputs);
  settings.lastAxis(output.length + 1);
  return { kind: 'Activation', config: { activation: 'softmax' }, output, mask: 'needs' };
};

export const leakyRelu: Convert = (settings, inputs) => ({
  // Keras 3 calls it negative_slope.
  config: { alpha: settings.number('alpha', settings.number('negative_slope', 0.3)) },
  output: single(settings, inputs),
  mask: 'loses',
});

export const batchNormalization: Convert = (settings, inputs) => {
  settings.only('renorm', false);
  const shape = single(settings, inputs);
  const size = lastSize(settings, shape);
  settings.lastAxis(shape.length + 1);
  const [scale, center] = [settings.flag('scale', true), settings.flag('center', true)];
  return {
    config: { axis: -1, epsilon: settings.number('epsilon', 1e-3), scale, center },
    output: shape,
    weights: weightParts([
      ['gamma', scale && [size]],
      ['beta', center && [size]],
      ['moving_mean', [size]],
      ['moving_variance', [size]],
    ]),
    mask: 'keeps',
  };
};

export const layerNormalization: Convert = (settings, inputs) => {
  settings.only('rms_scaling', false);
  const shape = single(settings, inputs);
  const size = lastSize(settings, shape);
  settings.lastAxis(shape.length + 1);
  const [scale, center] = [settings.flag('scale', true), settings.flag('center', true)];
  return {
    config: { axis: -1, epsilon: settings.number('epsilon', 1e-3), scale, center },
    output: shape,
    weights: weightParts([
      ['gamma', scale && [size]],
      ['beta', center && [size]],
    ]),
    mask: 'keeps',
  };
};

export const flatten: Convert = (settings, inputs) => {
  settings.only('data_format', 'channels_last');
  const shape = single(settings, inputs);
  const output = [sizeOf(settings, shape)];
  // TensorFlow.js refuses to flatten what is flat.
  if (shape.length < 2)
    return { kind: 'Activation', config: { activation: 'linear' }, output, mask: 'drops' };
  return { config: {}, output, mask: 'drops' };
};

export const reshape: Convert = (settings, inputs) => {
  const shape = single(settings, inputs);
  const size = sizeOf(settings, shape);
  const target = settings.shape('target_shape');
  const known = target.reduce<number>((product, value) => product * (value === -1 ? 1 : (value ?? 0)), 1);
  const output = target.map((value) => (value === -1 ? size / known : value));
  if (
    !output.every((value) => Number.isInteger(value) && (value as number) > 0) ||
    sizeOf(settings, output) !== size
  ) {
    settings.refuse(`cannot bring ${showShape(shape)} into ${showShape(target)}`);
  }
  return { config: { target_shape: output }, output, mask: 'drops' };
};

/** Two or more, joined number by number. */
export const merge: Convert = (settings, inputs) => {
  const [first] = inputs;
  if (
    first === undefined ||
    inputs.length < 2 ||
    inputs.some((shape) => showShape(shape) !== showShape(first))
  ) {
    return settings.refuse(`is imported only for two or more inputs of one shape`);
  }
  return { config: {}, output: first, mask: 'joins' };
};

export const concatenation: Convert = (settings, inputs) => {
  const [first] = inputs;
  const given = settings.number('axis', -1);
  const rank = (first?.length ?? 0) + 1;
  const axis = given < 0 ? given + rank : given;
  const without = (shape: Shape): string => showShape(shape.filter((_, index) => index !== axis - 1));
  if (first === undefined || inputs.length < 2) return settings.refuse('has fewer than two inputs');
  if (!Number.isInteger(axis) || axis < 1 || axis >= rank) settings.refuse(`has no usable axis`);
  if (inputs.some((shape) => shape.length !== first.length || without(shape) !== without(first))) {
    settings.refuse('gets inputs that do not fit together');
  }
  const sizes = inputs.map((shape) => shape[axis - 1] ?? null);
  const sum = sizes.reduce((total, size) => (total === null || size === null ? null : total + size), 0);
  return {
    config: { axis },
    output: first.map((size, index) => (index === axis - 1 ? sum : size)),
    mask: 'joins',
  };
};
