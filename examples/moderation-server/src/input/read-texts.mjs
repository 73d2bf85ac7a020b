import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { readLines } from './read-lines.mjs';

/** The columns of a CSV file that may hold the text, the first that is there. */
export const TEXT_COLUMNS = ['text', 'comment', 'comment_text'];

const READERS = { txt: readPlain, jsonl: readJsonLines, csv: readCsv };
const TYPES = {
  'text/plain': 'txt',
  'text/csv': 'csv',
  'application/jsonl': 'jsonl',
  'application/x-ndjson': 'jsonl',
};

/** After these nothing of a CSV file can be read: past a record that is too long it finds no next one. */
const FATAL = new Set(['COLUMN_MISSING', 'RECORD_TOO_LONG']);

/** The format of a file by its name, or else by its media type; `undefined` where it is none that is read. */
export function formatOf(name, type) {
  const ending = name.toLowerCase().split('.').at(-1).replace('ndjson', 'jsonl');
  return Object.hasOwn(READERS, ending) ? ending : TYPES[type?.split(';')[0].trim().toLowerCase()];
}

/**
 * Reads the texts of a file as it comes, in batches of `{ number, text }`, or `{ number, code, message }` for what
 * is not a text. It asks for no more bytes before its last batch is taken.
 */
export function readTexts(input, format, { lineBytes }) {
  return READERS[format](input, lineBytes);
}

async function* readPlain(input, maxBytes) {
  let number = 0;
  for await (const lines of readLines(input, maxBytes)) {
    const texts = [];
    for (const line of lines) {
      number++;
      const text = number === 1 ? line?.replace(/^\uFEFF/, '') : line;
      if (text !== '') texts.push(text == null ? tooLong(number, maxBytes) : { number, text });
    }
    yield texts;
  }
}

async function* readJsonLines(input, maxBytes) {
  for await (const lines of readPlain(input, maxBytes)) {
    yield lines.map((line) => ('text' in line ? readJson(line) : line));
  }
}

/** `{"text": "…"}`, or the string alone. Node's own message for bad JSON quotes it, so it is not passed on. */
function readJson({ number, text: json }) {
  let value;
  try {
    value = JSON.parse(json);
  } catch {
    return { number, code: 'LINE_NOT_JSON', message: 'The line is not JSON.' };
  }
  const text = typeof value === 'string' ? value : value?.text;
  if (typeof text === 'string') return { number, text };
  return {
    number,
    code: 'LINE_WITHOUT_TEXT',
    message: 'The line is neither a string nor an object with a string `text`.',
  };
}

async function* readCsv(input, maxBytes) {
  let number = 0;
  const parser = parse({
    bom: true,
    columns: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxBytes,
    on_record: (record) => readRecord(++number, record),
    // One bad record is not to cost the others, which an error of the stream would. It takes its place among them.
    skip_records_with_error: true,
    on_skip({ code }) {
      number++;
      // The parser's own message may quote the record.
      const broken = { number, code: 'RECORD_BROKEN', message: `The record cannot be read (${code}).` };
      const endless = { ...tooLong(number, maxBytes), code: 'RECORD_TOO_LONG' };
      parser.push(code === 'CSV_MAX_RECORD_SIZE' ? endless : broken);
    },
  });
  // The parser has a failure of the input too, and its reader below throws it.
  pipeline(input, parser, () => {});
  let texts = [];
  for await (const text of parser) {
    texts.push(text);
    if (FATAL.has(text.code)) break;
    if (parser.readableLength > 0 && texts.length < 100) continue;
    yield texts;
    texts = [];
  }
  yield texts;
}

function readRecord(number, record) {
  const column = TEXT_COLUMNS.find((name) => Object.hasOwn(record, name));
  if (column !== undefined) return { number, text: record[column] };
  return { number, code: 'COLUMN_MISSING', message: `No column is called ${TEXT_COLUMNS.join(' or ')}.` };
}

function tooLong(number, maxBytes) {
  return { number, code: 'LINE_TOO_LONG', message: `It is longer than ${maxBytes} bytes.` };
}
