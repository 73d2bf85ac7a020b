import { createInterface } from 'node:readline';

/** Reads lines `{"id": …, "text": "…"}`; the cursor is a line's number. What is no such line has no id. */
export async function* readJsonLines(input, after) {
  let cursor = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    cursor++;
    if (cursor > after && line !== '') yield { ...parse(line.replace(/^\uFEFF/, '')), cursor };
  }
}

function parse(line) {
  try {
    const { id, text } = JSON.parse(line);
    return { id, text };
  } catch {
    return {};
  }
}
