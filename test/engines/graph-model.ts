import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const float = { type: 'DT_FLOAT' };

function placeholder(name: string, ...sizes: number[]): object {
  const dim = sizes.map((size) => ({ size: String(size) }));
  return { name, op: 'Placeholder', attr: { dtype: float, shape: { shape: { dim } } } };
}

function constant(name: string, type: 'DT_FLOAT' | 'DT_INT32', ...sizes: number[]): object {
  const dim = sizes.map((size) => ({ size: String(size) }));
  const value = { tensor: { dtype: type, tensorShape: { dim } } };
  return { name, op: 'Const', attr: { dtype: { type }, value } };
}

function operation(name: string, op: string, input: string[], attr: object = { T: float }): object {
  return { name, op, input, attr };
}

/**
 * Writes a GraphModel as TensorFlow's converter does: sequences of two words of three numbers, the sum of the words,
 * times [[1, -1], [0, 0], [0, 0]], sigmoid. With control flow it can only be run asynchronously.
 */
export async function writeGraphModel(folder: string, withControlFlow: boolean): Promise<string> {
  const node = [
    placeholder('words', -1, 2, 3),
    constant('axis', 'DT_INT32'),
    constant('kernel', 'DT_FLOAT', 3, 2),
    operation('sum', 'Sum', ['words', 'axis'], {
      T: float,
      Tidx: { type: 'DT_INT32' },
      keep_dims: { b: false },
    }),
    operation('logits', 'MatMul', ['sum', 'kernel'], {
      T: float,
      transpose_a: { b: false },
      transpose_b: { b: false },
    }),
    ...(withControlFlow
      ? [
          constant('always', 'DT_INT32'),
          operation('is', 'Cast', ['always'], { SrcT: { type: 'DT_INT32' }, DstT: { type: 'DT_BOOL' } }),
          operation('switch', 'Switch', ['logits', 'is']),
          operation('left', 'Identity', ['switch']),
          operation('right', 'Identity', ['switch:1']),
          operation('merge', 'Merge', ['left', 'right'], { T: float, N: { i: '2' } }),
          operation('scores', 'Sigmoid', ['merge']),
        ]
      : [operation('scores', 'Sigmoid', ['logits'])]),
  ];
  const weights = [
    { name: 'axis', shape: [], dtype: 'int32' },
    { name: 'kernel', shape: [3, 2], dtype: 'float32' },
    ...(withControlFlow ? [{ name: 'always', shape: [], dtype: 'int32' }] : []),
  ];
  const tensor = { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size: '2' }, { size: '3' }] } };
  const json = {
    format: 'graph-model',
    modelTopology: { node, versions: { producer: 1 } },
    signature: {
      inputs: { words: { name: 'words:0', ...tensor } },
      outputs: { scores: { name: 'scores:0' } },
    },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  await writeFile(join(folder, 'model.json'), JSON.stringify(json));
  const bytes = Buffer.alloc(4 + 24 + (withControlFlow ? 4 : 0));
  bytes.writeInt32LE(1, 0);
  for (const [at, value] of [1, -1, 0, 0, 0, 0].entries()) bytes.writeFloatLE(value, 4 + 4 * at);
  if (withControlFlow) bytes.writeInt32LE(1, 28);
  await writeFile(join(folder, 'weights.bin'), bytes);
  return folder;
}
