import * as plain from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { createClassifier, kerasTokenizer, type TensorFlowLike, tensorflow } from '@toxicity-guard/core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commentNetwork, WORDS_KNOWN, wordIndexOf } from '../../packages/core/test/comment-network.js';
import { holdsOf, LONGEST, THRICE } from '../../packages/core/test/event-loop.js';
import { describeWith } from '../requirements.js';
import { theirTensorFlow } from './their-tensorflow.js';

function judgesLongTexts(tf: () => TensorFlowLike): void {
  it('judges a hundred thousand words without holding the event loop', {
    timeout: 300_000,
    ...THRICE,
  }, async () => {
    const classifier = createClassifier({
      engine: tensorflow({ tf: tf(), model: await commentNetwork() }),
      tokenizer: kerasTokenizer({ wordIndex: wordIndexOf() }),
      maxTextLength: 2_000_000,
    });
    onTestFinished(() => classifier.close());
    // The first batch compiles.
    await classifier.classify('word1 '.repeat(2_000));
    const text = Array.from({ length: 100_000 }, (_, at) => `word${1 + ((at * 7919) % WORDS_KNOWN)}`).join(
      ' ',
    );
    const { result, longest, turns } = await holdsOf(() => classifier.classify(text));
    expect(result.scores.toxic).toBeGreaterThan(0);
    expect(turns).toBeGreaterThan(1);
    expect(longest).toBeLessThan(LONGEST);
  });
}

describe('tensorflow() on the backend wasm', () => {
  beforeAll(async () => {
    await plain.setBackend('wasm');
  });

  judgesLongTexts(() => plain);
});

describeWith('tfjs-node', 'tensorflow() on tfjs-node', () => {
  judgesLongTexts(theirTensorFlow);
});
