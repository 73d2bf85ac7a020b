import { createClassifier, createPolicy } from '@toxicity-guard/core';

/**
 * Makes what judges texts by the model's own thresholds.
 *
 * @param classifier where it is not to be the model of a folder.
 */
export async function createJudge({
  model,
  classifier = createClassifier(model === undefined ? {} : { model }),
}) {
  const { id, thresholds } = await classifier.ready();
  const policy = createPolicy({}, thresholds);
  return {
    model: id,
    /** A text's `{ action, labels, scores, model }`; `unavailable` for one that no try will get judged. */
    async judge(text) {
      try {
        const { scores, model } = await classifier.classify(text);
        const { action = 'allow', labels = [] } = policy.judge(scores) ?? {};
        return { action, labels, scores, model };
      } catch (error) {
        if (error?.code !== 'TEXT_TOO_LONG') throw error;
        return { action: 'unavailable', labels: [], scores: null, model: id };
      }
    },
    close: () => classifier.close(),
  };
}
