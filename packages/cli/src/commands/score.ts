import { pipeline } from 'node:stream/promises';
import { createClassifier, createPolicy } from '@toxicity-guard/core';
import { Command } from 'commander';
import { readLines } from '../read-lines.js';
import { MAX_LINE_BYTES, scoreLines } from '../score-lines.js';
import { crossedLabel, readThreshold, type SetThresholds } from '../thresholds.js';

interface ScoreOptions {
  readonly model?: string;
  readonly flag?: SetThresholds;
  readonly reject?: SetThresholds;
  readonly plain: boolean;
}

/** `toxicity-guard score`: texts in, verdicts out, line by line. */
export function scoreCommand(): Command {
  return new Command('score')
    .description('Score the texts on standard input: one JSON line in, one JSON line out, in order.')
    .option('-m, --model <folder>', 'a model folder (default: the bundled model)')
    .option('--plain', 'read each line as the text itself, not as JSON', false)
    .option('--flag <label=number>', 'flag from this score on, or off; may be repeated', readThreshold)
    .option('--reject <label=number>', 'reject from this score on, or off; may be repeated', readThreshold)
    .addHelpText(
      'after',
      `
Input:   {"text": "…"} on each line; other keys are ignored.
Output:  {"scores": {"toxic": 0.02, …}, "action": "allow", "spans": []}
         action is allow, flag or reject; spans are the words that caused it, as [start, end) in UTF-16 units.
         A line that cannot be judged is answered with {"error": {"code": "…", "message": "…"}}, in its place.

Example:
  $ echo '{"text": "Have a nice day!"}' | toxicity-guard score
  $ toxicity-guard score --plain --reject toxic=0.95 < comments.txt > verdicts.jsonl`,
    )
    .action(score);
}

async function score(options: ScoreOptions, command: Command): Promise<void> {
  const { flag, reject } = options;
  const crossed = crossedLabel(flag, reject);
  if (crossed !== undefined) command.error(`error: --flag ${crossed} is over --reject ${crossed}.`);
  const classifier = createClassifier(options.model === undefined ? {} : { model: options.model });
  const counts = { lines: 0, failed: 0 };
  try {
    const { thresholds } = await classifier.ready();
    const policy = createPolicy({ flag, reject }, thresholds);
    if (process.stdin.isTTY) process.stderr.write('Reading texts from the terminal; Ctrl-D ends.\n');
    await pipeline(
      process.stdin,
      (input: AsyncIterable<Buffer>) => readLines(input, MAX_LINE_BYTES),
      (lines) => scoreLines(lines, { classifier, policy, plain: options.plain, counts }),
      process.stdout,
    );
  } catch (error) {
    // Whoever reads the output has seen enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  } finally {
    await classifier.close();
  }
  if (counts.failed === 0) return;
  process.stderr.write(`toxicity-guard: ${counts.failed} of ${counts.lines} lines could not be judged.\n`);
  process.exitCode = 1;
}
