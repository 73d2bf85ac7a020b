import { element, say } from './dom.js';
import { LABELS, readable, readScore } from './labels.js';
import { LEVELS } from './thresholds.js';

const NAMES = { flag: 'flagged from', reject: 'refused from' };
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/**
 * Each label as a scale from 0 to 1, with its two thresholds as sliders on it.
 *
 * @param pictureOf gives what stands on a label's scale; without it, a bar shows its score.
 */
export function createTracks(list, thresholds, pictureOf) {
  const tracks = LABELS.map((label) => createTrack(label, thresholds, pictureOf?.(label)));
  list.append(...tracks.map(({ row }) => row));
  const showThresholds = () => {
    for (const track of tracks) track.showThresholds();
  };
  thresholds.addEventListener('change', showThresholds);
  showThresholds();
  return {
    /** Shows six scores, or none. */
    showScores(scores) {
      for (const track of tracks) track.showScore(scores?.[track.label]);
    },
  };
}

function createTrack(label, thresholds, picture) {
  const number = element('span', { className: 'score' });
  const fill = element('span', { className: 'fill' });
  const bar = element('span', { className: 'bar' }, fill);
  bar.setAttribute('aria-hidden', 'true');
  const limits = element('p', { className: 'limits' });
  const sliders = LEVELS.map((level) => createSlider(level, label, thresholds));
  const name = element('span', { className: 'label', textContent: readable(label) });
  const row = element(
    'li',
    { className: 'track' },
    element('p', { className: 'head' }, name, number),
    ...(picture === undefined ? [] : [picture]),
    element('div', { className: 'scale' }, bar, ...sliders.map(({ input }) => input)),
    limits,
  );
  row.dataset.label = label;
  let score;

  function show() {
    const levels = LEVELS.filter((level) => score >= thresholds.get(level, label));
    row.dataset.level = levels.at(-1) ?? 'allow';
    fill.style.setProperty('--length', score ?? 0);
    if (picture === undefined) say(number, score === undefined ? '–' : readScore(score));
  }

  return {
    row,
    label,
    showScore(shown) {
      score = shown;
      show();
    },
    showThresholds() {
      for (const { show } of sliders) show();
      const [flag, reject] = LEVELS.map((level) => readScore(thresholds.get(level, label)));
      say(limits, `flagged from ${flag}, refused from ${reject}`);
      for (const level of LEVELS) row.style.setProperty(`--${level}-at`, thresholds.get(level, label));
      show();
    },
  };
}

function createSlider(level, label, thresholds) {
  const input = element('input', { type: 'range', className: level, min: '0', max: '1', step: '0.001' });
  input.setAttribute('aria-label', `${readable(label)}, ${NAMES[level]}`);
  input.addEventListener('input', () => thresholds.set(level, label, Number(input.value)));
  input.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    // The browser's own step would be a thousandth; that is with Shift.
    event.preventDefault();
    thresholds.set(level, label, thresholds.get(level, label) + step * (event.shiftKey ? 0.001 : 0.01));
  });
  return {
    input,
    show() {
      const value = thresholds.get(level, label);
      input.value = String(value);
      const own = thresholds.isOwn(level, label) ? ', the model’s own' : '';
      input.setAttribute('aria-valuetext', `${readScore(value)}${own}`);
    },
  };
}
