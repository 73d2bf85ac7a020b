import { LABELS, readable, readScore } from './labels.js';

export const VERDICTS = { allow: 'Passes', flag: 'Flagged', reject: 'Refused' };

/** What thresholds make of scores: `{ action, labels }`, the labels being those that led to it. */
export function decide(scores, thresholds) {
  for (const action of ['reject', 'flag']) {
    const labels = LABELS.filter((label) => scores[label] >= thresholds.get(action, label));
    if (labels.length > 0) return { action, labels };
  }
  return { action: 'allow', labels: [] };
}

/** Why, in one sentence: `Insult 0.912 is at or over 0.800.` */
export function reasonOf({ action, labels }, scores, thresholds) {
  if (action === 'allow') return nearest(scores, thresholds);
  const strongest = labels.toSorted((a, b) => scores[b] - scores[a]);
  const reached = strongest
    .slice(0, 2)
    .map((label) => `${at(label, scores)} is at or over ${readScore(thresholds.get(action, label))}`);
  const more = labels.length - reached.length;
  if (more > 0) reached.push(`${more} more ${more === 1 ? 'label' : 'labels'} likewise`);
  const sentence = new Intl.ListFormat('en').format(reached);
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

function nearest(scores, thresholds) {
  const share = (label) => scores[label] / thresholds.get('flag', label);
  const label = LABELS.reduce((best, other) => (share(other) > share(best) ? other : best));
  const threshold = readScore(thresholds.get('flag', label));
  return `No score is at its threshold. The nearest is ${at(label, scores)}, under ${threshold}.`;
}

const at = (label, scores) => `${readable(label)} ${readScore(scores[label])}`;
