import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { foldedKeras, tensorflow } from '@toxicity-guard/core';

/** A network as sites have them for comments. */
export const SHAPE = { words: 20_000, length: 100, dimensions: 50, filters: 128, width: 5, hidden: 64 };

/** The same network of random weights on both engines, and sequences for it. */
export async function kerasNetworks() {
  const { words, length, dimensions, filters, width, hidden } = SHAPE;
  const model = tf.sequential({
    layers: [
      tf.layers.embedding({ inputDim: words, outputDim: dimensions, inputLength: length }),
      tf.layers.conv1d({ filters, kernelSize: width, activation: 'relu' }),
      tf.layers.globalMaxPooling1d(),
      tf.layers.dense({ units: hidden, activation: 'relu' }),
      tf.layers.dense({ units: 6, activation: 'sigmoid' }),
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-bench-'));
  const save = async ({ modelTopology, weightSpecs, weightData }) => {
    const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
    const json = { format: 'layers-model', modelTopology, weightsManifest };
    await writeFile(join(folder, 'model.json'), JSON.stringify(json));
    await writeFile(join(folder, 'weights.bin'), Buffer.from(weightData));
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  };
  await model.save({ save });
  model.dispose();
  const [folded, tfjs] = await Promise.all([
    foldedKeras({ model: folder }).load(),
    tensorflow({ tf, model: folder }).load(),
  ]);
  await rm(folder, { recursive: true });
  return { folded, tfjs };
}

/** Sequences of some words behind padding, frequent words more often than rare ones. */
export function sequences(count, of) {
  const { words, length } = SHAPE;
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const sequence = new Int32Array(length);
    for (let at = length - of; at < length; at++) sequence[at] = Math.floor(words ** random());
    return sequence;
  });
}
