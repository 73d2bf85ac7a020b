import { decide, VERDICTS } from '../shared/decision.js';
import { element, find, readNumber, say } from '../shared/dom.js';
import { markSpans } from '../shared/highlight.js';
import { LABELS, readable, readScore } from '../shared/labels.js';

const PAGE = 50;
const LONGEST = 300;

/** The rows, a page of them at a time, so that a hundred thousand cost no more than fifty. */
export function createTable(thresholds, onOrder) {
  let shown = [];
  let page = 0;
  let order = { key: 'number', descending: false };
  const heads = new Map();

  function addHead(key, name, isSorted = true) {
    const head = element('th', { scope: 'col' });
    if (!isSorted) head.append(name);
    else {
      const button = element('button', { type: 'button', textContent: name });
      button.addEventListener('click', () => sortBy(key));
      head.append(button);
      heads.set(key, head);
    }
    head.className = LABELS.includes(key) || key === 'number' ? 'number' : key;
    find('heads').append(head);
  }

  /** Scores the highest first, numbers the lowest; again, the other way round. */
  function sortBy(key) {
    order = { key, descending: order.key === key ? !order.descending : key !== 'number' };
    page = 0;
    showOrder();
    onOrder();
  }

  function showOrder() {
    for (const [key, head] of heads) {
      if (key === order.key) head.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
  }

  function render() {
    const last = Math.max(0, Math.ceil(shown.length / PAGE) - 1);
    page = Math.min(page, last);
    const part = shown.slice(page * PAGE, (page + 1) * PAGE);
    find('rows').replaceChildren(...part.map((row) => rowOf(row, thresholds)));
    const from = page * PAGE + 1;
    const range = `${readNumber(from)}–${readNumber(from + part.length - 1)} of ${readNumber(shown.length)}`;
    say(find('range'), part.length === 0 ? 'No rows' : range);
    for (const [id, isUseless] of [
      ['first', page === 0],
      ['previous', page === 0],
      ['next', page === last],
      ['last', page === last],
    ]) {
      // Not `disabled`, which would lose the focus to whoever pages by keyboard.
      find(id).setAttribute('aria-disabled', String(isUseless));
    }
  }

  function turn(to) {
    const last = Math.max(0, Math.ceil(shown.length / PAGE) - 1);
    page = Math.min(Math.max(to, 0), last);
    render();
  }

  addHead('number', 'No.');
  addHead('text', 'Text', false);
  addHead('decision', 'Decision', false);
  for (const label of LABELS) addHead(label, readable(label));
  showOrder();
  find('first').addEventListener('click', () => turn(0));
  find('previous').addEventListener('click', () => turn(page - 1));
  find('next').addEventListener('click', () => turn(page + 1));
  find('last').addEventListener('click', () => turn(Number.POSITIVE_INFINITY));

  return {
    get order() {
      return order;
    },
    show(rows) {
      shown = rows;
      render();
    },
    /** To the first page, for other rows. */
    rewind() {
      page = 0;
    },
  };
}

function rowOf(row, thresholds) {
  const action = row.prediction === undefined ? 'error' : decide(row.prediction.scores, thresholds).action;
  const text = element('td', { className: 'text' });
  if (row.error !== undefined) text.append(element('em', { textContent: row.error }));
  else showText(text, row);
  const verdict = element('span', { className: 'badge', textContent: VERDICTS[action] ?? 'Not judged' });
  verdict.dataset.action = action;
  return element(
    'tr',
    {},
    element('td', { className: 'number', textContent: readNumber(row.number) }),
    text,
    element('td', {}, verdict),
    ...LABELS.map((label) => scoreCell(row.prediction?.scores[label], label, thresholds)),
  );
}

function showText(cell, { text, prediction }) {
  const cut = text.slice(0, LONGEST);
  const spans = prediction.spans.filter(([, end]) => end <= LONGEST);
  cell.append(...markSpans(cut, spans), text.length > LONGEST ? '…' : '');
}

function scoreCell(score, label, thresholds) {
  const cell = element('td', {
    className: 'number',
    textContent: score === undefined ? '' : readScore(score),
  });
  const level = ['reject', 'flag'].find((name) => score >= thresholds.get(name, label));
  if (level !== undefined) cell.dataset.level = level;
  return cell;
}
