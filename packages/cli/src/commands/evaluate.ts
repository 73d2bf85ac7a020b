import { mkdir } from 'node:fs/promises';
import { Command } from 'commander';
import { readCount, readCountOrNone } from '../numbers.js';
import { progressPrinter } from '../progress.js';

interface Options {
  readonly model?: string;
  readonly report?: string;
  readonly card?: string;
  readonly split?: string;
  readonly seed: number;
  readonly bootstrap: number;
  readonly robustness: boolean;
}

/** `toxicity-guard evaluate`: labelled texts in, a report on the model out. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Measure a model on labelled texts: accuracy, calibration, bias, robustness and spans.')
    .argument('<files...>', 'labelled texts, CSV, plain or gzip')
    .option('-r, --report <folder>', 'where the report goes, with its figures, plots and worst errors')
    .option('--card <file>', 'a model card, whose figures are brought up to date')
    .option('-m, --model <folder>', 'a model folder (default: the bundled model)')
    .option('--split <name>', 'take the rows of this split alone')
    .option('--seed <number>', 'the seed of everything random', readCount, 1)
    .option('--bootstrap <number>', 'resamples behind the intervals, 0 for none', readCountOrNone, 1000)
    .option('--no-robustness', 'do not judge the texts again under disguises, which takes longest')
    .addHelpText(
      'after',
      `
The texts have the header source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text. A label is 1, 0
or blank for unknown; source, split and single labels may be left out. Toxic spans are measured on files with the
header split,spans,text.

The report's errors.csv holds texts of your files: those that were judged most wrongly. Mind where it goes.

Example:
  $ toxicity-guard evaluate comments.csv.gz toxic_spans.csv.gz --split dev --report report`,
    )
    .action(run);
}

async function run(files: readonly string[], options: Options): Promise<void> {
  // Loaded late: scoring needs none of it.
  const { evaluate, summarise, writeModelCard, writeReport } = await import(
    '@toxicity-guard/trainer/evaluation'
  );
  const { model, report, card, split, seed, bootstrap, robustness } = options;
  // Before an hour's work, not behind it: a folder that cannot be written.
  if (report !== undefined) await mkdir(report, { recursive: true });
  const evaluation = await evaluate({
    files,
    model,
    split,
    seed,
    resamples: bootstrap,
    disguises: robustness ? undefined : [],
    onProgress: progressPrinter(process.stderr),
  });
  process.stderr.write('\n');
  process.stdout.write(summarise(evaluation.figures));
  if (report !== undefined) {
    const names = await writeReport(evaluation, report);
    process.stdout.write(`In ${report}: ${names.join(', ')}. errors.csv holds texts of your files.\n`);
  }
  if (card !== undefined) {
    await writeModelCard(evaluation, card);
    process.stdout.write(`The figures of ${card} are up to date.\n`);
  }
}
