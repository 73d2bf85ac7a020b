import type { TrainOptions } from '@toxicity-guard/trainer';
import { Command } from 'commander';
import { Interrupted } from '../interrupted.js';
import { readCount } from '../numbers.js';
import { progressPrinter } from '../progress.js';

interface Options {
  readonly comments: string;
  readonly out: string;
  readonly teacher?: string;
  readonly spans?: string;
  readonly checkpoint?: string;
  readonly report?: string;
  readonly referenceSource?: string;
  readonly seed?: number;
  readonly epochs?: number;
}

const TENSORFLOW = '@tensorflow/tfjs-node';

/** `toxicity-guard train`: labelled comments in, a model folder out. */
export function trainCommand(): Command {
  return new Command('train')
    .description('Train a model on labelled comments. Needs the package @tensorflow/tfjs-node.')
    .requiredOption('-c, --comments <file>', 'labelled comments, CSV, plain or gzip')
    .requiredOption('-o, --out <folder>', 'where the model goes')
    .option('--teacher <file>', "a larger network's scores for the same comments, CSV, plain or gzip")
    .option(
      '--spans <file>',
      'texts with marked toxic characters, which learn what words a verdict reports, CSV',
    )
    .option('--checkpoint <folder>', 'where an interrupted run is kept (default: .checkpoint in --out)')
    .option('--report <file>', 'where the report goes (default: report.md in --out)')
    .option('--reference-source <name>', 'the source whose meaning of the labels counts (default: jigsaw)')
    .option('--seed <number>', 'the seed of everything random (default: 1)', readCount)
    .option('--epochs <number>', 'how often the network sees every comment (default: 6)', readCount)
    .addHelpText(
      'after',
      `
The comments have the header source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text.
A label is 1, 0 or blank for unknown; split is train or dev. Interrupted with Ctrl-C, the same command goes on
from the last checkpoint.

Example:
  $ toxicity-guard train --comments comments.csv.gz --out model
  $ toxicity-guard score --model model < comments.jsonl`,
    )
    .action(train);
}

async function train(options: Options): Promise<void> {
  const trainer = await loadTrainer();
  const interrupt = new AbortController();
  const onSignal = (): void => {
    process.stderr.write('\nStopping after this step. Ctrl-C again stops at once.\n');
    interrupt.abort();
  };
  // Once: the second Ctrl-C is the system's, for stages that cannot stop by themselves.
  process.once('SIGINT', onSignal);
  try {
    const onProgress = progressPrinter(process.stderr);
    const run = { ...toTrainOptions(options), onProgress, signal: interrupt.signal };
    const { folder, manifest, report } = await trainer.train(run);
    process.stderr.write('\n');
    process.stdout.write(
      `The model ${manifest.name} ${manifest.version} is in ${folder}, its report in ${report}\n`,
    );
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new Interrupted('Stopped. The same command goes on from the last checkpoint.', { cause: error });
  } finally {
    process.off('SIGINT', onSignal);
  }
}

function toTrainOptions(options: Options): TrainOptions {
  const { seed, epochs, referenceSource, ...paths } = options;
  return {
    ...paths,
    settings: {
      ...(seed !== undefined && { seed }),
      ...(referenceSource !== undefined && { referenceSource }),
      ...(epochs !== undefined && { deep: { epochs } }),
    },
  };
}

/** TensorFlow is some hundred megabytes that nothing else needs: it is installed apart, and the trainer loaded late. */
async function loadTrainer(): Promise<typeof import('@toxicity-guard/trainer')> {
  // TensorFlow tells standard error about the processor at each start; warnings still come through.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  try {
    return await import('@toxicity-guard/trainer');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // Its own dependencies may be what is missing, and then installing it is no advice.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(TENSORFLOW)) throw cause;
    throw new Error(`Training needs the package ${TENSORFLOW}: npm install ${TENSORFLOW}@4.22.0`, { cause });
  }
}
