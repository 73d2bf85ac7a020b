import { element, find, readNumber, say } from '../shared/dom.js';
import { changesBetween } from './changes.js';
import { createLivePool } from './live-pool.js';
import { Rates } from './rates.js';
import { createSparkline } from './sparkline.js';
import { createWorkerTable, megabytes } from './worker-table.js';

const KEPT_CHANGES = 50;
const CONNECTIONS = {
  connecting: 'Connecting …',
  live: 'Live',
  lost: 'Disconnected, trying again',
  paused: 'Paused',
};

/** The workers as they are, each second, while this section is looked at. */
export function startWorkers() {
  const spark = createSparkline(find('spark'), 'requests a second');
  const pool = createLivePool({ onView: show, onLost: () => connection('lost') });
  const table = createWorkerTable();
  let rates = new Rates();
  let before;
  let isShown = false;
  let isPaused = false;

  function connection(state) {
    find('connection').dataset.state = state;
    say(find('connection'), CONNECTIONS[state]);
  }

  function show(view) {
    connection('live');
    const perWorker = rates.read(view.workers, performance.now());
    const ready = view.workers.filter(({ state }) => state === 'ready');
    const beats = ready.map(({ beat }) => beat).filter((beat) => beat !== null);
    const sum = (key) => beats.reduce((all, beat) => all + beat[key], 0);
    const rate = [...perWorker.values()].reduce((all, each) => all + each, 0);
    const most = spark.add(rate);
    say(find('ready'), `${ready.length} of ${view.wanted}`);
    say(find('bounds'), `between ${view.minimum} and ${view.maximum}`);
    say(find('rate'), readNumber(rate));
    say(find('rate-most'), `${readNumber(most)} at most in the last minute`);
    say(find('queue'), readNumber(sum('queue')));
    say(find('delay'), `${readNumber(Math.max(0, ...beats.map(({ delayMs }) => delayMs)))} ms`);
    say(find('memory'), megabytes(sum('memory')));
    table.show(view.workers, perWorker);
    if (before !== undefined) for (const sentence of changesBetween(before, view)) log(sentence);
    before = view;
  }

  function log(sentence) {
    const time = element('time', { textContent: new Date().toLocaleTimeString('en-GB') });
    find('changes').prepend(element('li', {}, time, ` ${sentence}`));
    find('changes').children[KEPT_CHANGES]?.remove();
    find('no-changes').hidden = true;
  }

  /** Nobody who does not look needs a connection kept open. */
  function update() {
    if (isShown && !isPaused && !document.hidden) {
      connection('connecting');
      pool.open();
      return;
    }
    pool.close();
    rates = new Rates();
    connection(isPaused ? 'paused' : 'connecting');
  }

  find('pause').addEventListener('click', () => {
    isPaused = !isPaused;
    say(find('pause'), isPaused ? 'Go on' : 'Pause');
    update();
  });
  document.addEventListener('visibilitychange', update);
  return {
    show(shown) {
      isShown = shown;
      update();
    },
  };
}
