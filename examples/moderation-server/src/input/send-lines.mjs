import { Readable } from 'node:stream';

/**
 * Answers with JSON lines as they come. Nothing is read ahead: where the client takes no answers, no more texts are
 * asked for, and the sender of those is held up in turn.
 */
export async function sendLines(reply, lines) {
  // The first is waited for, so that a failure before it is still answered with its own status.
  const first = await lines.next();
  const all = async function* () {
    if (!first.done) yield first.value;
    yield* lines;
  };
  reply.header('X-Accel-Buffering', 'no').header('Cache-Control', 'no-store').type('application/x-ndjson');
  return reply.send(Readable.from(all(), { highWaterMark: 1 }));
}
