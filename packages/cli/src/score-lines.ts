import {
  type Classifier,
  LABELS,
  type Policy,
  type Scores,
  type Span,
  ToxicityGuardError,
} from '@toxicity-guard/core';
import type { Line } from './read-lines.js';

/** The most that one line may weigh: what the longest text that is judged weighs with every character escaped. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** Answers are written together, so that a million lines are not a million writes. */
const BATCH_LENGTH = 64 * 1024;

/** What one line of output says. */
export type Answer =
  | { readonly scores: Scores; readonly action: 'allow' | 'flag' | 'reject'; readonly spans: readonly Span[] }
  | { readonly error: LineError };

/** Why a line has no scores. The message never holds the line. */
export interface LineError {
  readonly code: string;
  readonly message: string;
}

/** How {@link scoreLines} reads and judges. */
export interface ScoreLinesOptions {
  readonly classifier: Classifier;
  readonly policy: Policy;
  /** Whether a line is the text itself, not JSON that holds it. */
  readonly plain: boolean;
  /** Counts of lines and of those without scores, kept up to date for the caller. */
  readonly counts: { lines: number; failed: number };
}

/** Judges lines one after the other and yields the answers as JSON lines, in the same order. */
export async function* scoreLines(
  input: AsyncIterable<readonly Line[]>,
  options: ScoreLinesOptions,
): AsyncGenerator<string> {
  for await (const lines of input) {
    let batch = '';
    for (const line of lines) {
      const answer = await answerLine(line, options);
      options.counts.lines += 1;
      if ('error' in answer) options.counts.failed += 1;
      batch += `${JSON.stringify(answer)}\n`;
      if (batch.length < BATCH_LENGTH) continue;
      yield batch;
      batch = '';
    }
    if (batch !== '') yield batch;
  }
}

async function answerLine(line: Line, { classifier, policy, plain }: ScoreLinesOptions): Promise<Answer> {
  if ('tooLong' in line) {
    return failure('LINE_TOO_LONG', `The line is longer than ${MAX_LINE_BYTES} bytes.`);
  }
  const text = plain ? line.text : readText(line.text);
  if (typeof text !== 'string') return text;
  try {
    const options = { spans: (scores: Scores) => policy.judge(scores)?.labels ?? [] };
    const { scores, spans } = await classifier.classify(text, options);
    return { scores: shorten(scores), action: policy.judge(scores)?.action ?? 'allow', spans };
  } catch (error) {
    if (error instanceof ToxicityGuardError && error.code === 'TEXT_TOO_LONG') {
      return failure(error.code, error.message);
    }
    throw error;
  }
}

/** Node's own message for bad JSON quotes the line, so it is not passed on. */
function readText(line: string): string | Answer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return failure('LINE_NOT_JSON', 'The line is not JSON. Use --plain for lines of plain text.');
  }
  const text = typeof value === 'object' && value !== null && 'text' in value ? value.text : undefined;
  if (typeof text === 'string') return text;
  return failure('LINE_WITHOUT_TEXT', 'The line is not an object with a string `text`.');
}

function failure(code: string, message: string): Answer {
  return { error: { code, message } };
}

/** Six digits are more than any score means, and half the output. */
function shorten(scores: Scores): Scores {
  const short = { ...scores };
  for (const label of LABELS) short[label] = Number(short[label].toPrecision(6));
  return short;
}
