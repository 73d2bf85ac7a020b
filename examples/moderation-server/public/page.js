import { moveSpans, renderSpans, spannedWords } from './highlight.js';
import { buildScores, readable, showScores, showThresholds } from './scores.js';

const DELAY = 120;
const examples = [
  'Thanks, that cleared it up for me.',
  'I disagree, and here is why.',
  'Dick Van Dyke was wonderful in it.',
  'You are a stupid idiot.',
  'y0u 1d10t',
  'Nobody would miss you if you were gone.',
];
const words = { allow: 'Passes', flag: 'Passes, flagged', reject: 'Refused', none: 'Nothing to judge yet' };

const find = (id) => document.getElementById(id);
const field = find('comment');
let judged = { text: '', spans: [] };
let timer;
let request;

buildScores(find('scores'));
for (const text of examples) {
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
  button.addEventListener('click', () => {
    field.value = text;
    field.focus();
    typed();
  });
  find('examples').append(button);
}
field.addEventListener('input', typed);
field.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) find('form').requestSubmit();
});
find('form').addEventListener('submit', (event) => {
  event.preventDefault();
  post();
});
start();

/** A reload may keep what was typed. */
async function start() {
  const [model, comments] = await Promise.all(['/model', '/comments'].map(async (path) => (await fetch(path)).json()));
  showThresholds(model.thresholds);
  for (const comment of comments.reverse()) list(comment);
  typed();
}

/** Marks move with the text at once; the verdict follows, at most once in `DELAY` while typing goes on. */
function typed() {
  const text = field.value;
  judged = { text, spans: moveSpans(judged.spans, judged.text, text) };
  renderSpans(find('mirror'), text, judged.spans);
  timer ??= setTimeout(judge, DELAY);
}

async function judge() {
  timer = undefined;
  request?.abort();
  const text = field.value;
  if (text.trim() === '') return show('none', null, text, []);
  request = new AbortController();
  const { signal } = request;
  try {
    const response = await send('/scores', { text }, signal);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const { action, scores, spans } = await response.json();
    // Typing went on meanwhile: a newer verdict is on its way, and the marks would stand in the wrong place.
    if (field.value === text) show(action, scores, text, spans);
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

function show(action, scores, text, spans) {
  judged = { text, spans };
  renderSpans(find('mirror'), text, spans);
  find('verdict').dataset.action = action;
  showScores(scores);
  const because = spannedWords(text, spans, 8).map((word) => `“${word}”`);
  const top = scores === null ? [] : Object.entries(scores).filter(([label]) => reached(label, action));
  // Set only when it changes: a screen reader reads every change aloud.
  say('word', words[action]);
  say('why', [top.length > 0 && `As ${top.map(([label]) => readable(label)).join(', ')}.`,
    because.length > 0 && `Because of ${because.join(', ')}.`].filter(Boolean).join(' '));
}
