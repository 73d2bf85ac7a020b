import { element, find, readNumber, say } from '../shared/dom.js';

/** A row for each worker. Rows stay and their cells change, so that nobody who reads them loses the place. */
export function createWorkerTable() {
  const rows = new Map();

  return {
    /** Shows workers and the requests a second of each, by pid. */
    show(workers, rates) {
      for (const worker of workers) {
        if (!rows.has(worker.pid)) rows.set(worker.pid, createRow(worker));
        rows.get(worker.pid).show(worker, rates.get(worker.pid));
      }
      const here = new Set(workers.map(({ pid }) => pid));
      for (const [pid, { row }] of rows) {
        if (here.has(pid)) continue;
        row.remove();
        rows.delete(pid);
      }
      const wanted = workers.map(({ pid }) => rows.get(pid).row);
      const body = find('worker-rows');
      if (wanted.some((row, at) => body.children[at] !== row)) body.replaceChildren(...wanted);
    },
  };
}

function createRow({ slot, pid }) {
  const badge = element('span', { className: 'badge' });
  const figures = Array.from({ length: 6 }, () => element('td', { className: 'number' }));
  const row = element(
    'tr',
    {},
    element('th', { scope: 'row', textContent: String(slot) }),
    element('td', { className: 'number', textContent: String(pid) }),
    element('td', {}, badge),
    ...figures,
  );
  row.dataset.pid = String(pid);
  return {
    row,
    show({ state, startedAt, beat }, rate = 0) {
      badge.dataset.state = state;
      say(badge, state);
      const texts = [
        beat && readNumber(rate),
        beat && readNumber(beat.queue),
        beat && `${readNumber(beat.delayMs)} ms`,
        beat && `${Math.round(beat.utilisation * 100)} %`,
        beat && megabytes(beat.memory),
        ageOf(startedAt),
      ];
      for (const [at, text] of texts.entries()) say(figures[at], text ?? '–');
    },
  };
}

export const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;

function ageOf(startedAt) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(startedAt)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
