/** Writes a JSON line to standard error. It is given names, ids and numbers, and no text of a comment. */
export function log(event, fields = {}) {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
}
