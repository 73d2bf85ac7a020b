import { writeFile } from 'node:fs/promises';
import { LABELS } from '@toxicity-guard/core';
import type { Calibrated, CalibratedLevel } from '@toxicity-guard/trainer/evaluation';
import { Command } from 'commander';
import { readCount, readCountOrNone, readShare } from '../numbers.js';
import { progressPrinter } from '../progress.js';

interface Options {
  readonly model?: string;
  readonly flagFpr: number;
  readonly rejectFpr: number;
  readonly out?: string;
  readonly seed: number;
  readonly bootstrap: number;
}

type Evaluation = typeof import('@toxicity-guard/trainer/evaluation');

/** `toxicity-guard calibrate`: a site's labelled comments in, thresholds out. */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description("Choose thresholds on a site's own labelled comments.")
    .argument('<log>', 'the comments, CSV, plain or gzip')
    .option('-m, --model <folder>', 'a model folder (default: the bundled model)')
    .option('--flag-fpr <share>', 'the most clean comments to flag, for any label', readShare, 0.03)
    .option('--reject-fpr <share>', 'the most clean comments to refuse, for any label', readShare, 0.005)
    .option('-o, --out <file>', 'where the thresholds go, as JSON (default: standard output)')
    .option('--seed <number>', 'the seed of the resamples', readCount, 1)
    .option('--bootstrap <number>', 'resamples behind the intervals, 0 for none', readCountOrNone, 1000)
    .addHelpText(
      'after',
      `
The log has a column text and any of toxic, severe_toxic, obscene, threat, insult, identity_hate: 1, 0 or blank for
unknown. With the columns toxic_score to identity_hate_score, scores of the same model, it needs no text. A comment
is clean whose labels are 0, and toxic when any is 1.

The JSON is what the thresholds option of a guard takes.

Example:
  $ toxicity-guard calibrate comments.csv --flag-fpr 0.02 --out thresholds.json`,
    )
    .action(calibrate);
}

async function calibrate(log: string, options: Options, command: Command): Promise<void> {
  const { model, flagFpr, rejectFpr, out, seed, bootstrap } = options;
  if (rejectFpr > flagFpr) command.error('error: --reject-fpr is over --flag-fpr.');
  // Loaded late: scoring needs none of it.
  const evaluation = await import('@toxicity-guard/trainer/evaluation');
  const found = await evaluation.calibrateThresholds({
    log,
    model,
    flagRate: flagFpr,
    rejectRate: rejectFpr,
    seed,
    resamples: bootstrap,
    onProgress: progressPrinter(process.stderr),
  });
  process.stderr.write('\n');
  // With the JSON on standard output, the table must not stand in its way.
  const tables = out === undefined ? process.stderr : process.stdout;
  tables.write(describe(found, evaluation));
  if (out === undefined) {
    process.stdout.write(`${JSON.stringify(found.thresholds)}\n`);
    return;
  }
  await writeFile(out, `${JSON.stringify(found.thresholds, null, 2)}\n`);
  process.stdout.write(`The thresholds are in ${out}.\n`);
}

function describe(found: Calibrated, evaluation: Evaluation): string {
  const { clean, toxic, leftOut } = found;
  const rest =
    leftOut === 0 ? '' : `, ${leftOut} left out because their labels say neither or they are too long`;
  return [
    `${clean} clean comments, ${toxic} toxic ones${rest}.`,
    describeLevel('flag', found, found.flag, evaluation),
    describeLevel('reject', found, found.reject, evaluation),
    '',
  ].join('\n\n');
}

function describeLevel(
  name: string,
  { positives }: Calibrated,
  { rate, thresholds, found, cleanReached, toxicReached, byDefault }: CalibratedLevel,
  { show, showShare, table }: Evaluation,
): string {
  const percent = (share: number | null): string => showShare({ value: share, low: null, high: null });
  return [
    `${name}: at most ${percent(rate)} of the clean comments, for any label.`,
    table(
      ['label', 'threshold', 'comments with it', 'found'],
      LABELS.map((label) => [
        label,
        show(thresholds[label]),
        String(positives[label]),
        showShare(found[label]),
      ]),
    ),
    `Clean comments over a threshold: ${showShare(cleanReached)}; over the model's own: ${percent(byDefault.cleanReached)}.`,
    `Toxic comments over a threshold: ${showShare(toxicReached)}; over the model's own: ${percent(byDefault.toxicReached)}.`,
  ].join('\n');
}
