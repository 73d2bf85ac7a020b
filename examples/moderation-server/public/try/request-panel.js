import { copyTextOf } from '../shared/copy.js';
import { find, say } from '../shared/dom.js';
import { failureOf } from '../shared/failures.js';
import { createTabs } from '../shared/tabs.js';
import { REQUESTS } from './requests.js';

const EXAMPLE = 'Have a nice day.';

/** The request to copy, in four ways, and to send. */
export function createRequestPanel() {
  let text = EXAMPLE;
  let name = 'curl';

  function show() {
    const { path, bodyOf, write } = REQUESTS[name];
    say(find('code'), write(location.origin + path, bodyOf(text)));
    say(find('request-done'), '');
  }

  async function send() {
    const { path, bodyOf } = REQUESTS[name];
    const headers = { 'Content-Type': 'application/json' };
    find('send').disabled = true;
    try {
      const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(bodyOf(text)) });
      const body = await response.text();
      const isJson = response.headers.get('Content-Type')?.includes('json');
      showAnswer(response, isJson ? writeJson(JSON.parse(body)) : body);
    } catch (error) {
      find('answer').hidden = true;
      say(find('request-done'), failureOf(error).message);
    } finally {
      find('send').disabled = false;
    }
  }

  function showAnswer({ status, statusText, ok, headers }, body) {
    find('answer').hidden = false;
    find('answer').dataset.ok = String(ok);
    say(find('answer-status'), `${status} ${statusText}`);
    say(find('answer-type'), headers.get('Content-Type') ?? '');
    say(find('answer-body'), body);
    say(find('request-done'), `The server answered ${status} ${statusText}.`);
  }

  createTabs(find('requests'), (chosen) => {
    name = chosen;
    find('answer').hidden = true;
    show();
  }).select(name);
  find('copy').addEventListener('click', async () => {
    // Said again, it must be a change, or nobody hears it.
    say(find('request-done'), '');
    say(find('request-done'), await copyTextOf(find('code')));
  });
  find('send').addEventListener('click', () => void send());

  return {
    send,
    setText(typed) {
      text = typed.trim() === '' ? EXAMPLE : typed;
      // It was the answer to another text.
      find('answer').hidden = true;
      show();
    },
  };
}

/** Indented, but lists of numbers stay on a line. No string of JSON has a line end, so none is changed. */
function writeJson(value) {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/\[\n[\d\s,]+\]/g, (list) => list.replace(/\s+/g, ' '));
}
