import { LABELS } from '../shared/labels.js';

export const BINS = 40;
const ACTIONS = ['allow', 'flag', 'reject'];

/**
 * Judged rows at the present thresholds: how many have each action, how the scores lie, and the rows that a filter
 * lets through, sorted. It runs at each move of a slider, over all rows, hence the plain loops.
 *
 * @param filter an action, `error`, or `all`.
 * @param order `{ key, descending }`; the key is a label or `number`.
 */
export function viewOf(rows, thresholds, filter, order) {
  const counts = { all: rows.length, allow: 0, flag: 0, reject: 0, error: 0 };
  const perLabel = LABELS.map((label) => ({
    label,
    flag: thresholds.get('flag', label),
    reject: thresholds.get('reject', label),
    bins: new Array(BINS).fill(0),
    levels: [0, 0, 0],
  }));
  const shown = [];
  for (const row of rows) {
    const action =
      row.prediction === undefined ? 'error' : ACTIONS[countRow(row.prediction.scores, perLabel)];
    counts[action] += 1;
    if (filter === 'all' || filter === action) shown.push(row);
  }
  const pick = (key) => Object.fromEntries(perLabel.map((each) => [each.label, each[key]]));
  return { counts, bins: pick('bins'), levels: pick('levels'), shown: sort(shown, order) };
}

/** Counts a row's scores for each label, and gives the highest level that any of them reaches: 0, 1 or 2. */
function countRow(scores, perLabel) {
  let highest = 0;
  for (const { label, flag, reject, bins, levels } of perLabel) {
    const score = scores[label];
    let level = 0;
    if (score >= reject) level = 2;
    else if (score >= flag) level = 1;
    levels[level] += 1;
    bins[Math.min(Math.floor(score * BINS), BINS - 1)] += 1;
    if (level > highest) highest = level;
  }
  return highest;
}

/** Rows come in the order of their numbers. Those without scores are last, or first the other way round. */
function sort(rows, { key, descending }) {
  if (key === 'number') return descending ? rows.reverse() : rows;
  const scores = Float64Array.from(rows, ({ prediction }) => prediction?.scores[key] ?? -1);
  const sign = descending ? -1 : 1;
  const places = Uint32Array.from(rows.keys()).sort((a, b) => sign * (scores[a] - scores[b]) || a - b);
  return Array.from(places, (place) => rows[place]);
}
