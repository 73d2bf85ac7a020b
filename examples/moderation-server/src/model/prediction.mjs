import { createPolicy, LABELS } from '@toxicity-guard/core';

/** Makes what turns a classification into an answer, by the model's own thresholds. */
export function createPredictor({ thresholds }) {
  const policy = createPolicy({}, thresholds);
  // A refused text has the labels that would only have flagged it as well.
  const flagging = createPolicy({ reject: false }, thresholds);
  const labelsOf = (scores) => flagging.judge(scores)?.labels ?? [];
  return {
    /** The labels at their flag threshold or over. */
    labelsOf,
    predict: ({ scores, spans, model }) => ({
      action: policy.judge(scores)?.action ?? 'allow',
      labels: labelsOf(scores),
      scores: shorten(scores),
      spans,
      model,
    }),
  };
}

/** Six digits are more than any score means. */
function shorten(scores) {
  return Object.fromEntries(LABELS.map((label) => [label, Number(scores[label].toPrecision(6))]));
}
