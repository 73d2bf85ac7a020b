import { decide } from '../shared/decision.js';
import { element } from '../shared/dom.js';
import { LABELS } from '../shared/labels.js';

const HEADER = ['number', 'text', 'decision', 'labels', ...LABELS, 'error'];

/** Rows as CSV, with a byte order mark, without which Excel takes them for another encoding. */
export function toCsv(rows, thresholds) {
  const lines = rows.map(({ number, text = '', error = '', prediction }) => {
    if (prediction === undefined) return [number, text, 'error', '', ...LABELS.map(() => ''), error];
    const { action, labels } = decide(prediction.scores, thresholds);
    const scores = LABELS.map((label) => prediction.scores[label]);
    return [number, text, action, labels.join(' '), ...scores, ''];
  });
  return `\uFEFF${[HEADER, ...lines].map((cells) => cells.map(toCell).join(',')).join('\r\n')}\r\n`;
}

/** Rows as JSON lines. */
export function toJsonLines(rows, thresholds) {
  const lines = rows.map(({ number, text, error, prediction }) => {
    if (prediction === undefined) return { number, text, error };
    const { scores, spans, model } = prediction;
    return { number, text, ...decide(scores, thresholds), scores, spans, model };
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** A text that begins like a formula would be run as one by a spreadsheet; after an apostrophe it is text. */
function toCell(value) {
  if (typeof value === 'number') return String(value);
  const text = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Has the browser save a text as a file. */
export function save(text, name, type) {
  const href = URL.createObjectURL(new Blob([text], { type }));
  element('a', { href, download: name }).click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
