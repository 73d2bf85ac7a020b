/** One line of input without its line end, or the fact that it was longer than anyone may make it. */
export type Line = { readonly text: string } | { readonly tooLong: true };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Splits a byte stream into lines, ended by LF or CRLF, and yields those that each chunk completes. It works on
 * bytes, so that a character split over two chunks is whole again before it is decoded. Bytes that are not UTF-8
 * become U+FFFD; a byte order mark at the start is dropped. What is past `maxBytes` of a line is never kept.
 */
export async function* readLines(input: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line[]> {
  let parts: Buffer[] = [];
  let length = 0;
  let first = true;

  const keep = (part: Buffer): void => {
    length += part.length;
    // One byte more may be a carriage return that is not the line's.
    if (length <= maxBytes + 1) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const line = decode(parts, length, maxBytes, first);
    parts = [];
    length = 0;
    first = false;
    return line;
  };

  for await (const chunk of input) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      lines.push(finish());
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
    yield lines;
  }
  if (length > 0) yield [finish()];
}

function decode(parts: readonly Buffer[], length: number, maxBytes: number, first: boolean): Line {
  if (length > maxBytes + 1) return { tooLong: true };
  const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  if (end > maxBytes) return { tooLong: true };
  const text = bytes.toString('utf8', 0, end);
  return { text: first && text.startsWith('\uFEFF') ? text.slice(1) : text };
}
