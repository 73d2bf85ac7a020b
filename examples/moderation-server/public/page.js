import { moveSpans, renderSpans, spannedWords } from './highlight.js';
import { buildScores, reachedLabels, showScores } from './scores.js';

const DELAY = 120;
const verdicts = {
  none: 'Nothing to judge yet',
  allow: 'Passes',
  flag: 'Passes, flagged for review',
  reject: 'Refused',
  unavailable: 'No verdict',
};
const examples = [
  'Thanks, that cleared it up for me.',
  'This is the worst answer I have ever read.',
  'Your code is rubbish, but you are not.',
  'What a stupid thing to say, you idiot.',
  'y0u are an 1d10t',
  'i.d.i.o.t, that is what you are.',
];

const find = (id) => document.getElementById(id);
const field = find('comment');
let shown = { text: '', spans: [] };
let timer;
let pending;

async function start() {
  addExamples();
  field.addEventListener('input', typed);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) find('form').requestSubmit();
  });
  find('form').addEventListener('submit', (event) => {
    event.preventDefault();
    void post();
  });
  try {
    const [model, comments] = await Promise.all([load('/model'), load('/comments')]);
    buildScores(find('scores'), model);
    for (const comment of comments.reverse()) list(comment);
    // A reload may have kept what was typed.
    typed();
  } catch {
    showFailure();
  }
}

function addExamples() {
  for (const text of examples) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
    button.addEventListener('click', () => {
      field.value = text;
      field.focus();
      typed();
    });
    find('examples').append(button);
  }
}

/** Marks move with the text at once; the verdict follows, every `DELAY` while typing goes on. */
function typed() {
  const text = field.value;
  mark(text, moveSpans(shown.spans, shown.text, text));
  if (timer === undefined) timer = setTimeout(judge, DELAY);
}

async function judge() {
  timer = undefined;
  pending?.abort();
  const text = field.value;
  if (text.trim() === '') return show('none', null, text, []);
  pending = new AbortController();
  const { signal } = pending;
  try {
    const response = await send('/scores', { text }, signal);
    if (!response.ok) throw new Error(String(response.status));
    const { action, scores, spans } = await response.json();
    // Where typing went on meanwhile, a newer verdict is on its way.
    if (field.value === text) show(action, scores, text, spans);
  } catch {
    if (!signal.aborted) showFailure();
  }
}

function show(action, scores, text, spans) {
  mark(text, spans);
  showScores(scores);
  find('verdict').dataset.action = action;
  const labels = scores === null ? [] : reachedLabels(scores, action === 'allow' ? 'none' : action);
  const words = spannedWords(text, spans, 8).map((word) => `“${word}”`);
  const reasons = [];
  if (labels.length > 0) reasons.push(`Judged ${labels.join(', ')}.`);
  if (words.length > 0) reasons.push(`Because of ${words.join(', ')}.`);
  say('word', verdicts[action]);
  say('why', reasons.join(' '));
}

function showFailure() {
  find('verdict').dataset.action = 'unavailable';
  say('word', verdicts.unavailable);
  say('why', 'The server does not answer. It is asked again when you type.');
}

function mark(text, spans) {
  shown = { text, spans };
  renderSpans(find('mirror'), text, spans);
}

/** A screen reader reads every change aloud, so what stays the same is left alone. */
function say(id, sentence) {
  if (find(id).textContent !== sentence) find(id).textContent = sentence;
}

async function post() {
  const button = find('post');
  if (button.disabled || field.value.trim() === '') return field.focus();
  button.disabled = true;
  try {
    const response = await send('/comments', { comment: field.value });
    const body = await response.text();
    showAnswer(response, body);
    if (response.status === 201) {
      list(JSON.parse(body));
      field.value = '';
      typed();
      field.focus({ preventScroll: true });
    }
  } catch {
    showFailure();
  } finally {
    button.disabled = false;
  }
}

function showAnswer(response, body) {
  find('answer').hidden = false;
  find('answer').dataset.ok = String(response.ok);
  find('answer-status').textContent = `${response.status} ${response.statusText}`;
  find('answer-type').textContent = response.headers.get('Content-Type') ?? '';
  say('announcement', `The server answered ${response.status} ${response.statusText}.`);
  const json = response.headers.get('Content-Type')?.includes('json');
  find('answer-body').textContent = json ? JSON.stringify(JSON.parse(body), null, 2) : body;
  find('answer').scrollIntoView({ block: 'nearest' });
}

function list({ comment, flagged, posted }) {
  const item = document.createElement('li');
  const text = Object.assign(document.createElement('p'), { className: 'text', textContent: comment });
  const time = Object.assign(document.createElement('time'), { dateTime: posted });
  time.textContent = new Date(posted).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const meta = Object.assign(document.createElement('p'), { className: 'meta' });
  meta.append(time, flagged ? ' · flagged for review' : '');
  item.append(text, meta);
  find('posted').prepend(item);
  find('empty').hidden = true;
}

async function load(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function send(path, body, signal) {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), signal });
}

await start();
