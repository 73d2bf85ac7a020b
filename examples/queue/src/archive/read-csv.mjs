import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';

/** The columns that may hold the text, the first that is there. */
const TEXT_COLUMNS = ['text', 'comment', 'comment_text'];
/** A quote that is never closed would have the rest of the file as one record. */
const MOST_BYTES = 4_000_000;

/** Reads records with the columns `id` and `text`; the cursor is a record's number. A broken one has no id. */
export async function* readCsv(input, after) {
  const parser = parse({
    bom: true,
    columns: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_BYTES,
    skip_records_with_error: true,
    on_skip({ code }) {
      // The parser's own message may quote the record.
      if (code === 'CSV_MAX_RECORD_SIZE') parser.destroy(new Error('A record of the archive has no end.'));
      else parser.push({});
    },
  });
  // The parser has a failure of the input too, and its reader below throws it.
  pipeline(input, parser, () => {});
  let cursor = 0;
  for await (const record of parser) {
    cursor++;
    const column = TEXT_COLUMNS.find((name) => Object.hasOwn(record, name));
    if (cursor > after) yield { id: record.id, text: record[column], cursor };
  }
}
