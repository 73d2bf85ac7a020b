const labels = ['toxic', 'severe_toxic', 'obscene', 'threat', 'insult', 'identity_hate'];
const rows = new Map();

/** Builds one row per label. */
export function buildScores(list) {
  for (const label of labels) {
    const row = document.createElement('li');
    const name = Object.assign(document.createElement('span'), { className: 'label' });
    name.textContent = readable(label);
    const bar = Object.assign(document.createElement('span'), { className: 'bar' });
    bar.setAttribute('aria-hidden', 'true');
    const number = Object.assign(document.createElement('span'), { className: 'number' });
    row.append(name, bar, number);
    list.append(row);
    rows.set(label, { row, bar, number });
  }
  showScores(null);
}

/** Draws the lines from which a label flags and refuses. */
export function showThresholds({ flag, reject }) {
  for (const [label, { bar }] of rows) {
    bar.style.setProperty('--flag', String(flag[label]));
    bar.style.setProperty('--reject', String(reject[label]));
    bar.dataset.flag = String(flag[label]);
    bar.dataset.reject = String(reject[label]);
  }
}

/** Shows six scores, or none. */
export function showScores(scores) {
  for (const [label, { row, bar, number }] of rows) {
    const score = scores?.[label] ?? 0;
    bar.style.setProperty('--score', String(score));
    row.dataset.level = scores === null ? 'none' : level(score, bar.dataset);
    number.textContent = scores === null ? '–' : score.toFixed(2);
  }
}

export function readable(label) {
  return label.replace('_', ' ');
}

function level(score, { flag = '0.5', reject = '0.8' }) {
  if (score >= Number(reject)) return 'reject';
  return score >= Number(flag) ? 'flag' : 'allow';
}
