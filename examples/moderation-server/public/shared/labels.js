export const LABELS = ['toxic', 'severe_toxic', 'obscene', 'threat', 'insult', 'identity_hate'];

export const readable = (label) => label.replace('_', ' ');

/**
 * A score with three decimals, cut and not rounded: thresholds have three, and a score that is shown to be at one
 * must have reached it.
 */
export function readScore(score) {
  return (Math.floor(score * 1000 + 1e-6) / 1000).toFixed(3);
}
