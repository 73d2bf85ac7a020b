/** The lines of a byte stream, ended by LF or CRLF, in batches as they come. */
export async function* readLines(stream) {
  let rest = '';
  for await (const text of readText(stream)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    if (lines.length > 0) yield lines.map(withoutReturn);
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

/** The text of a byte stream in UTF-8, without a byte order mark. */
export async function* readText(stream) {
  // Not every browser iterates over a stream.
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) yield value;
  } finally {
    // Whoever stops before the end has no use for the rest.
    reader.cancel().catch(() => {});
  }
}

const withoutReturn = (line) => (line.endsWith('\r') ? line.slice(0, -1) : line);
