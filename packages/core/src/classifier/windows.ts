import { throwIfAborted } from '../abort.js';
import type { Engine } from '../engine/engine.js';
import { LABELS, type Label, type Scores, type Span } from '../labels.js';
import type { Manifest } from '../model/manifest.js';
import { isDue, rest } from '../pace.js';
import type { Tokeniser } from '../text/tokenise.js';
import { addSpans, markedWords, strongestWords } from './spans.js';

/** Whose words are reported where no label is flagged. */
const MARKED: readonly Label[] = ['toxic'];

/** What windows of text are judged with. */
export interface WindowJudge {
  readonly manifest: Manifest;
  readonly engine: Engine;
  readonly window: Tokeniser;
  readonly contributions: Float64Array;
  readonly alone: Float64Array;
}

/**
 * What is done with a judged window. All texts share the window's memory: whoever lets the event loop turn
 * meanwhile does it by `pause`, behind which the window is as it was.
 */
type Use = (scores: Float64Array, pause: () => Promise<unknown>) => Promise<void> | undefined;

/** Judges a text in overlapping windows and lets the event loop turn in between. */
export async function eachWindow(
  { engine, window, manifest }: WindowJudge,
  text: string,
  signal: AbortSignal | undefined,
  use: Use,
): Promise<void> {
  const scores = new Float64Array(LABELS.length);
  throwIfAborted(signal);
  for (let at = 0; at < text.length; ) {
    if (isDue()) await rest();
    throwIfAborted(signal);
    window.read(text, at);
    let { reading } = window;
    const pause = async (): Promise<boolean> => {
      // Ahead of the others, who would take the window.
      await rest(true);
      throwIfAborted(signal);
      if (window.reading === reading) return false;
      // Somebody took it all the same: now at once, or two could take it from each other for ever.
      window.read(text, at);
      reading = window.reading;
      return engine.judge(window, scores);
    };
    while (!engine.judge(window, scores, isDue)) if (await pause()) break;
    const next = window.nextPosition(manifest.tokenizer.stride);
    const using = use(scores, pause);
    if (using !== undefined) await using;
    at = next;
  }
}

/**
 * The words that cause some labels' scores, from every window that would be flagged or has the highest score. Each
 * label has some; without a label, those that a reader would mark, which may be none.
 */
export async function findSpans(
  loaded: WindowJudge,
  text: string,
  scores: Scores,
  labels: readonly Label[],
  signal: AbortSignal | undefined,
): Promise<Span[]> {
  const { engine, window, contributions, alone, manifest } = loaded;
  const spans: Span[] = [];
  await eachWindow(loaded, text, signal, async (windowScores, pause) => {
    const found: Span[] = [];
    for (const label of labels.length > 0 ? labels : MARKED) {
      const index = LABELS.indexOf(label);
      const least = Math.min(scores[label], manifest.thresholds.flag[label]);
      if ((windowScores[index] as number) < least) continue;
      if (isDue()) await pause();
      engine.explain(window, index, contributions);
      engine.alone(window, index, alone);
      const marked = markedWords(window, contributions, alone, manifest.spans);
      const isSilent = marked.length === 0 && labels.length > 0;
      found.push(...(isSilent ? strongestWords(window, contributions) : marked));
    }
    addSpans(spans, found);
  });
  return spans;
}
