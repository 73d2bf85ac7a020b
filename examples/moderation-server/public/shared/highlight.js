import { element } from './dom.js';

/**
 * Moves spans along with an edit until the server has judged the new text: what stands before the change stays,
 * what stands after it shifts, what it touched goes.
 */
export function moveSpans(spans, before, after) {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const shift = after.length - before.length;
  return spans.flatMap(([start, end]) => {
    if (end <= head) return [[start, end]];
    return start >= before.length - tail ? [[start + shift, end + shift]] : [];
  });
}

/** A text as nodes, its spans as marks. */
export function markSpans(text, spans) {
  const parts = [];
  let at = 0;
  for (const [start, end] of spans) {
    parts.push(text.slice(at, start), element('mark', { textContent: text.slice(start, end) }));
    at = end;
  }
  return [...parts, text.slice(at)];
}

/** The distinct words under the spans, in order, at most `limit` of them. */
export function spannedWords(text, spans, limit) {
  const words = new Map();
  for (const [start, end] of spans) {
    const word = text.slice(start, end).replace(/\s+/g, ' ');
    words.set(word.toLowerCase(), words.get(word.toLowerCase()) ?? word);
  }
  return [...words.values()].slice(0, limit);
}
