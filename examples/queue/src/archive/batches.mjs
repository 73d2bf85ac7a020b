/** Text in a batch past which it is full, whatever its count: it is a value in Redis, and in a worker's memory. */
const MOST_CHARACTERS = 500_000;

/**
 * Puts records together: `{ comments, unreadable, read, cursor }`, where the next batch begins after `cursor`. No
 * more is read from the archive before the last batch is taken.
 */
export async function* batches(records, most) {
  const begin = () => ({ comments: [], unreadable: 0, read: 0 });
  let batch = begin();
  let characters = 0;
  for await (const { id, text, cursor } of records) {
    batch.read++;
    batch.cursor = cursor;
    if (isText(id) && typeof text === 'string') {
      batch.comments.push({ id: String(id), text });
      characters += text.length;
    } else batch.unreadable++;
    if (batch.read < most && characters < MOST_CHARACTERS) continue;
    yield batch;
    batch = begin();
    characters = 0;
  }
  if (batch.read > 0) yield batch;
}

function isText(id) {
  return (typeof id === 'string' && id !== '') || Number.isSafeInteger(id);
}
