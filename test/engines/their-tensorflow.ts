import { createRequire } from 'node:module';
import type * as TensorFlow from '../../packages/trainer/node_modules/@tensorflow/tfjs-node/dist/index.js';

/** tfjs-node as an application has it; only where `requirement('tfjs-node')` is met. */
export function theirTensorFlow(): typeof TensorFlow {
  const require = createRequire(new URL('../../packages/trainer/package.json', import.meta.url));
  return require('@tensorflow/tfjs-node') as typeof TensorFlow;
}
