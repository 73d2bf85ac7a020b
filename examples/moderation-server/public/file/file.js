import { find, readNumber, say } from '../shared/dom.js';
import { createTracks } from '../shared/tracks.js';
import { save, toCsv, toJsonLines } from './download.js';
import { createDropZone } from './drop-zone.js';
import { createHistograms } from './histograms.js';
import { judgeRows } from './judge-rows.js';
import { MOST_ROWS, readRows } from './read-rows.js';
import { createTable } from './table.js';
import { viewOf } from './view.js';

const FILTERS = ['all', 'allow', 'flag', 'reject', 'error'];

/** A file or pasted lines: judged, shown, and to be downloaded. */
export function startFile(thresholds) {
  const histograms = createHistograms();
  createTracks(find('file-tracks'), thresholds, histograms.pictureOf);
  const table = createTable(thresholds, () => show());
  let name = '';
  let rows = [];
  let done = 0;
  let view;
  let filter = 'all';
  let running;
  let due;

  function show() {
    clearTimeout(due);
    due = undefined;
    const started = performance.now();
    view = viewOf(rows.slice(0, done), thresholds, filter, table.order);
    for (const key of FILTERS) say(find(`count-${key}`), readNumber(view.counts[key]));
    find('filter-error').hidden = view.counts.error === 0 && filter !== 'error';
    histograms.show(view);
    table.show(view.shown);
    return performance.now() - started;
  }

  /** Rows come faster than they are worth drawing: nine tenths of the time are left for other things. */
  let cost = 0;
  function showSoon() {
    due ??= setTimeout(
      () => {
        cost = show();
      },
      200 + 9 * cost,
    );
  }

  async function judge(file) {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    [name, rows, done] = [file.name, [], 0];
    begin();
    try {
      rows = await readRows(file, signal);
      find('results').hidden = false;
      table.rewind();
      show();
      const started = performance.now();
      const onPause = ({ message }) => say(find('file-status'), `${message} Trying again.`);
      for await (done of judgeRows(rows, { signal, onPause })) {
        find('progress').value = done / rows.length;
        say(find('file-status'), progressOf(done, rows.length, performance.now() - started));
        showSoon();
      }
      end('done', `${readNumber(done)} texts are judged.${most()}`);
    } catch (error) {
      // Another file has taken its place.
      if (running.signal !== signal) return;
      if (signal.aborted)
        end('cancelled', `Cancelled after ${readNumber(done)} of ${readNumber(rows.length)} texts.`);
      else
        end('failed', `${error.message}${done > 0 ? ` ${readNumber(done)} texts were judged before.` : ''}`);
    }
    if (rows.length > 0) show();
  }

  function begin() {
    find('results').hidden = true;
    find('run').hidden = false;
    find('run').dataset.state = 'running';
    find('progress').removeAttribute('value');
    find('cancel').hidden = false;
    say(find('file-name'), name);
    say(find('file-status'), 'Reading …');
    say(find('file-announcement'), `Judging ${name}.`);
  }

  function end(state, sentence) {
    find('run').dataset.state = state;
    find('cancel').hidden = true;
    say(find('file-status'), sentence);
    say(find('file-announcement'), sentence);
  }

  const most = () =>
    rows.length < MOST_ROWS
      ? ''
      : ` These are the first ${readNumber(MOST_ROWS)}: send a larger file with curl.`;

  createDropZone((file) => void judge(file));
  find('cancel').addEventListener('click', () => running.abort());
  for (const key of FILTERS) {
    find(`filter-${key}`).addEventListener('click', () => {
      filter = key;
      for (const other of FILTERS)
        find(`filter-${other}`).setAttribute('aria-pressed', String(other === key));
      table.rewind();
      show();
    });
  }
  const base = () => `${name.replace(/\.\w+$/, '')}-verdicts`;
  find('save-csv').addEventListener('click', () =>
    save(toCsv(view.shown, thresholds), `${base()}.csv`, 'text/csv'),
  );
  find('save-jsonl').addEventListener('click', () =>
    save(toJsonLines(view.shown, thresholds), `${base()}.jsonl`, 'application/x-ndjson'),
  );
  thresholds.addEventListener('change', () => {
    if (rows.length > 0) showSoon();
  });
}

function progressOf(done, all, milliseconds) {
  const rate = readNumber(Math.round((done / milliseconds) * 1000));
  return `${readNumber(done)} of ${readNumber(all)} judged, ${rate} a second`;
}
