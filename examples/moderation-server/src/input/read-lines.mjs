const LINE_FEED = 0x0a;

/**
 * Splits a byte stream into lines, ended by LF or CRLF, and yields those that each chunk completes: a string each,
 * or `null` for one longer than `maxBytes`, which is never kept. It works on bytes, so that a character that is
 * split over two chunks is whole again before it is decoded.
 */
export async function* readLines(input, maxBytes) {
  let parts = [];
  let length = 0;

  const keep = (part) => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = () => {
    const line = length > maxBytes ? null : Buffer.concat(parts).toString().replace(/\r$/, '');
    parts = [];
    length = 0;
    return line;
  };

  for await (const chunk of input) {
    const lines = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      lines.push(finish());
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [finish()];
}
