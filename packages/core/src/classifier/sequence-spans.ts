import type { Span } from '../labels.js';
import type { Batcher } from './batcher.js';
import type { ReadText, SequenceReader, Window } from './sequence-reader.js';

/** Share of what the strongest word adds. */
const STRONG = 0.5;
/** A probability this near 0 or 1 has no more to tell. */
const EDGE = 1e-6;

/**
 * The words that drive an output up: those without which its logit falls at least half as far as without the one that
 * counts most. Asks the network once for each word of the window.
 *
 * @param window the one with the text's highest score.
 * @returns places in the original text.
 */
export async function sequenceSpans(
  batcher: Batcher,
  reader: SequenceReader,
  text: ReadText,
  window: Window,
  output: number,
  signal: AbortSignal | undefined,
): Promise<Span[]> {
  const { first, last } = window;
  const whole = logit((await batcher.score(reader.sequence(text, window), signal))[output] as number);
  const falls = new Float64Array(last - first);
  await batcher.scoreEach(
    Array.from(falls, (_, at) => first + at),
    (word) => reader.sequence(text, window, word),
    (word, scores) => {
      falls[word - first] = whole - logit(scores[output] as number);
    },
    signal,
  );
  const strongest = Math.max(0, ...falls);
  if (strongest === 0) return [];
  const spans: Span[] = [];
  for (const [at, fall] of falls.entries()) {
    if (fall < STRONG * strongest) continue;
    spans.push([text.starts[first + at] as number, text.ends[first + at] as number]);
  }
  return spans;
}

function logit(probability: number): number {
  const inner = Math.min(Math.max(probability, EDGE), 1 - EDGE);
  return Math.log(inner / (1 - inner));
}
