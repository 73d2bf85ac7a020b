const labels = ['toxic', 'severe_toxic', 'obscene', 'threat', 'insult', 'identity_hate'];
const rows = new Map();
let thresholds;

/** Builds one row per label, with lines where a label flags and refuses. */
export function buildScores(list, model) {
  thresholds = model.thresholds;
  for (const label of labels) {
    const row = document.createElement('li');
    const bar = element('span', 'bar');
    bar.setAttribute('aria-hidden', 'true');
    bar.style.setProperty('--flag-at', String(thresholds.flag[label]));
    bar.style.setProperty('--reject-at', String(thresholds.reject[label]));
    bar.append(element('span', 'fill'), element('span', 'tick'), element('span', 'tick reject'));
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
    const rounded = score.toFixed(2);
    bar.style.setProperty('--score', rounded);
    row.dataset.level = level(label, score);
    number.textContent = scores === null ? '–' : rounded;
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

function readable(label) {
  return label.replace('_', ' ');
}

function element(name, className, textContent = '') {
  return Object.assign(document.createElement(name), { className, textContent });
}
