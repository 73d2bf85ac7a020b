import pino from 'pino';

/**
 * Makes the log: JSON lines on standard error. It is given names and numbers only; what a request holds, its
 * path and its query too, never gets here.
 */
export function createLog({ logLevel }, bindings) {
  const level = logLevel ?? (process.stderr.isTTY ? 'warn' : 'info');
  const serializers = { err: ({ name, code, stack }) => ({ name, code, at: placesOf(stack) }) };
  return pino({ level, base: bindings, serializers }, pino.destination({ dest: 2, sync: true }));
}

/** Where an error arose. Its message may quote a request, and stands in front of the places. */
function placesOf(stack) {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
    .map((line) => line.trim());
}
