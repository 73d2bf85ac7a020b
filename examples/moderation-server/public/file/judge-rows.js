import { ask, Failure, failureOf, wait } from '../shared/failures.js';
import { readLines } from '../shared/read-lines.js';

/** A browser sends all of a request before it reads the answer, so each part must be small. */
const PART = { rows: 500, characters: 200_000 };
const MOST_TRIES = 5;

/**
 * Has the server judge rows, which get a `prediction` or an `error`, and yields how many are done. What fails in
 * passing is tried again from the first row without an answer.
 *
 * @param onPause called with the failure when it waits to try again.
 */
export async function* judgeRows(rows, { signal, onPause }) {
  let done = 0;
  let tries = 0;
  while (done < rows.length) {
    const end = endOfPart(rows, done);
    try {
      for await (const count of judgePart(rows.slice(done, end), signal)) {
        done += count;
        tries = 0;
        yield done;
      }
      if (done < end) throw new Failure('The server ended its answer too early.', 1);
    } catch (error) {
      const failure = failureOf(error);
      if (signal.aborted || failure.retryAfter === undefined || ++tries >= MOST_TRIES) throw failure;
      onPause(failure);
      await wait(failure.retryAfter * tries, signal);
    }
  }
}

function endOfPart(rows, start) {
  let end = start;
  let characters = 0;
  do characters += rows[end++].text?.length ?? 0;
  while (end < rows.length && end - start < PART.rows && characters < PART.characters);
  return end;
}

/** Yields how many further rows of a part are done. */
async function* judgePart(rows, signal) {
  let done = 0;
  // What could not be read is not sent and needs no answer.
  const skip = () => {
    while (done < rows.length && rows[done].error !== undefined) done += 1;
  };
  skip();
  const first = done;
  if (first > 0) yield first;
  if (done === rows.length) return;
  const form = new FormData();
  const lines = rows
    .filter(({ error }) => error === undefined)
    .map(({ text }) => `${JSON.stringify(text)}\n`);
  form.append('file', new Blob(lines), 'part.jsonl');
  const response = await ask('/predict/file', { method: 'POST', body: form, signal });
  for await (const answers of readLines(response.body)) {
    const before = done;
    for (const { prediction, error } of answers.map((line) => JSON.parse(line))) {
      if (prediction === undefined) rows[done].error = error.message;
      else rows[done].prediction = prediction;
      done += 1;
      skip();
    }
    yield done - before;
  }
}
