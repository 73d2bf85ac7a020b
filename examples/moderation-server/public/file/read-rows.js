import { Failure } from '../shared/failures.js';
import { readLines, readText } from '../shared/read-lines.js';

/** As many as a page can well keep. */
export const MOST_ROWS = 200_000;
const COLUMNS = ['text', 'comment', 'comment_text'];
const READERS = { txt: readPlain, jsonl: readJsonLines, ndjson: readJsonLines, csv: readCsv };

/**
 * Reads the texts of a file, as the server would read them, as `{ number, text }`, or `{ number, error }` for what
 * is no text. They are read here because they are sent in parts, and shown.
 *
 * @throws {Failure} for a file that cannot be read.
 */
export async function readRows(file, signal) {
  const read = READERS[file.name.toLowerCase().split('.').at(-1)];
  if (read === undefined) throw new Failure('The file is neither .txt, .csv nor .jsonl.');
  const rows = [];
  for await (const batch of read(file.stream())) {
    signal.throwIfAborted();
    for (const row of batch) rows.push(row);
    if (rows.length >= MOST_ROWS) break;
  }
  signal.throwIfAborted();
  if (rows.length === 0) throw new Failure('There is no text in it.');
  return rows.slice(0, MOST_ROWS);
}

async function* readPlain(stream) {
  let number = 0;
  for await (const lines of readLines(stream)) {
    yield lines.map((text) => ({ number: ++number, text })).filter(({ text }) => text !== '');
  }
}

async function* readJsonLines(stream) {
  for await (const rows of readPlain(stream)) yield rows.map(readJson);
}

function readJson({ number, text: json }) {
  let value;
  try {
    value = JSON.parse(json);
  } catch {
    return { number, error: 'The line is not JSON.' };
  }
  const text = typeof value === 'string' ? value : value?.text;
  if (typeof text === 'string') return { number, text };
  return { number, error: 'The line is neither a string nor an object with a string “text”.' };
}

async function* readCsv(stream) {
  // Not small, and few need it.
  const { parse } = await import('/csv-parse.js');
  let number = 0;
  let rows = [];
  let broken;
  const parser = parse({
    bom: true,
    columns: true,
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (record) => readRecord(++number, record),
    skip_records_with_error: true,
    on_skip: () => parser.push({ number: ++number, error: 'The record cannot be read.' }),
  });
  parser.on('data', (row) => rows.push(row));
  parser.on('error', (error) => {
    broken = error;
  });
  const take = () => {
    if (broken !== undefined) throw broken;
    const taken = rows;
    rows = [];
    return taken;
  };
  for await (const text of readText(stream)) {
    await new Promise((resolve) => parser.write(text, resolve));
    yield take();
  }
  const ended = new Promise((resolve) => parser.on('end', resolve).on('error', resolve));
  parser.end();
  await ended;
  yield take();
}

function readRecord(number, record) {
  const column = COLUMNS.find((name) => Object.hasOwn(record, name));
  if (column !== undefined) return { number, text: record[column] };
  const there = Object.keys(record).slice(0, 8).join(', ');
  throw new Failure(`No column is called text, comment or comment_text. There are: ${there}.`);
}
