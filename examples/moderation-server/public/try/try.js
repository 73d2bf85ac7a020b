import { decide, reasonOf, VERDICTS } from '../shared/decision.js';
import { element, find, say } from '../shared/dom.js';
import { markSpans, moveSpans, spannedWords } from '../shared/highlight.js';
import { createTracks } from '../shared/tracks.js';
import { createLiveScores } from './live-scores.js';
import { createRequestPanel } from './request-panel.js';

const EXAMPLES = [
  'Thanks, that cleared it up for me.',
  'This is the worst answer I have ever read.',
  'Your code is rubbish, but you are not.',
  'What a stupid thing to say, you idiot.',
  'y0u are an 1d10t',
];
/** A screen reader is told the verdict once the typing rests for this long. */
const ANNOUNCE_MS = 900;

/** Type, and see. */
export function startTry(thresholds) {
  const field = find('text');
  const tracks = createTracks(find('tracks'), thresholds);
  const requests = createRequestPanel();
  let marked = { text: '', spans: [] };
  let scores = null;
  let announcing;

  function mark(text, spans) {
    marked = { text, spans };
    // A last line that is empty has no height of its own, and the text field takes its height from here.
    find('mirror').replaceChildren(...markSpans(text, spans), '\u200B');
  }

  function show() {
    tracks.showScores(scores);
    if (scores === null) return showVerdict('none', 'Nothing to judge yet', 'Type, or take an example.');
    const decision = decide(scores, thresholds);
    showVerdict(decision.action, VERDICTS[decision.action], reasonOf(decision, scores, thresholds));
  }

  function showVerdict(action, verdict, reason) {
    const words = spannedWords(marked.text, marked.spans, 8);
    find('verdict').dataset.action = action;
    say(find('word'), verdict);
    say(find('why'), reason);
    find('words').replaceChildren(...words.map((word) => element('li', { textContent: word })));
    find('causes').hidden = words.length === 0;
    clearTimeout(announcing);
    const sentence = `${verdict}: ${reason}${words.length > 0 ? ` Because of ${words.join(', ')}.` : ''}`;
    announcing = setTimeout(() => say(find('announcement'), action === 'none' ? '' : sentence), ANNOUNCE_MS);
  }

  const ask = createLiveScores({
    onAnswer(text, answer) {
      scores = answer?.scores ?? null;
      mark(text, answer?.spans ?? []);
      show();
    },
    onFailure({ message, retryAfter }) {
      scores = null;
      tracks.showScores(null);
      const again = retryAfter === undefined ? '' : ' It is asked again by itself.';
      showVerdict('unavailable', 'No verdict', `${message}${again}`);
    },
  });

  /** Marks move with the text at once; the verdict follows. */
  function typed() {
    mark(field.value, moveSpans(marked.spans, marked.text, field.value));
    requests.setText(field.value);
    ask(field.value);
  }

  field.addEventListener('input', typed);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void requests.send();
  });
  for (const text of EXAMPLES) {
    const button = element('button', { type: 'button', textContent: text });
    button.addEventListener('click', () => {
      field.value = text;
      field.focus();
      typed();
    });
    find('examples').append(button);
  }
  thresholds.addEventListener('change', () => {
    if (scores !== null) show();
  });
  show();
  // A reload may have kept what was typed.
  typed();
}
