import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { tensorflow } from '@toxicity-guard/core';
import { describe, expect, it } from 'vitest';
import {
  distanceFromKeras,
  KERAS_NETWORKS,
  kerasAnswers,
  kerasFolder,
} from '../../packages/core/test/keras-network.js';

describe.each(['wasm', 'cpu'])('tensorflow() on TensorFlow.js with the backend %s', (backend) => {
  it.each(KERAS_NETWORKS.filter((name) => name !== 'causal-padding'))(
    'gives what Keras gave: %s',
    async (name) => {
      await tf.setBackend(backend);
      const network = await tensorflow({ tf, model: kerasFolder(name) }).load();
      expect(tf.getBackend()).toBe(backend);
      const before = tf.memory().numTensors;
      expect(await distanceFromKeras(network, await kerasAnswers(name))).toBeLessThan(1e-5);
      expect(tf.memory().numTensors).toBe(before);
      await network.close();
    },
  );

  it('has as many tensors after 10,000 calls as before', { timeout: 120_000 }, async () => {
    await tf.setBackend(backend);
    const dense = tf.layers.dense({ units: 1, inputShape: [2], activation: 'sigmoid' });
    const model = tf.sequential({ layers: [dense] });
    const network = await tensorflow({ tf, model }).load();
    expect(tf.getBackend()).toBe(backend);
    const before = tf.memory().numTensors;
    for (let call = 0; call < 10_000; call++) await network.predict([Int32Array.of(call, 1)]);
    expect(tf.memory().numTensors).toBe(before);
    await network.close();
    model.dispose();
  });

  it('says what only tfjs-node reads', async () => {
    await expect(tensorflow({ tf, model: kerasFolder('saved-model') }).load()).rejects.toMatchObject({
      code: 'MODEL_INCOMPATIBLE',
      message: expect.stringMatching(/is a SavedModel, which only tfjs-node reads/),
    });
  });
});
