const labels = ['toxic', 'severe_toxic', 'obscene', 'threat', 'insult', 'identity_hate'];
const rows = new Map();
let thresholds;

/** Builds one row per label. */
export function buildScores(list, model) {
  thresholds = model.thresholds;
  for (const label of labels) {
    const row = document.createElement('li');
    const bar = element('span', 'bar');
    bar.setAttribute('aria-hidden', 'true');
    bar.append(element('span', 'fill'), element('span', 'line flag'), element('span', 'line reject'));
    const number = element('span', 'number');
    row.append(element('span', 'label', readable(label)), bar, number);
    list.append(row);
    rows.set(label, { row, bar, number });
  }
  showScores(null);
}

/** Shows six scores, or none. */
export function showScores(scores) {
  for (const [label, { row, bar, number }] of rows) {
    const score = scores?.[label] ?? 0;
    bar.style.setProperty('--length', length(label, score).toFixed(3));
    row.dataset.level = level(label, score);
    number.textContent = scores === null ? '–' : score.toFixed(3);
  }
}

/** The labels, fit to read, whose scores led to an action. */
export function reachedLabels(scores, action) {
  return labels.filter((label) => level(label, scores[label]) === action).map(readable);
}

function level(label, score) {
  if (score >= thresholds.reject[label]) return 'reject';
  return score >= thresholds.flag[label] ? 'flag' : 'allow';
}

/**
 * How long a bar is, 0 to 1. A label's thresholds may lie anywhere, so each bar is drawn to its own: the flag
 * threshold is always at the middle and the reject threshold at three quarters.
 */
function length(label, score) {
  const stops = [0, thresholds.flag[label], thresholds.reject[label], 1];
  const lengths = [0, 0.5, 0.75, 1];
  const part = score >= stops[2] ? 2 : score >= stops[1] ? 1 : 0;
  const share = (score - stops[part]) / (stops[part + 1] - stops[part] || 1);
  return lengths[part] + share * (lengths[part + 1] - lengths[part]);
}

function readable(label) {
  return label.replace('_', ' ');
}

function element(name, className, textContent = '') {
  return Object.assign(document.createElement(name), { className, textContent });
}
