import { Command } from 'commander';
import { progressPrinter } from '../progress.js';

interface Options {
  readonly out: string;
}

/** `toxicity-guard import-keras`: a model that Keras saved in, a folder that the engines load out. */
export function importKerasCommand(): Command {
  return new Command('import-keras')
    .description('Turn a model that Keras saved into a folder that the engines load.')
    .argument('<file>', 'the whole model, .h5 or .keras, of Keras 2 or 3')
    .requiredOption('-o, --out <folder>', 'where the model goes: a folder that is not there yet, or is empty')
    .addHelpText(
      'after',
      `
The folder holds model.json and one file of weights, for foldedKeras() and tensorflow(). What was imported goes to
standard output: the layers, what the model takes and gives, and which engines run it. Training settings, the
optimizer's weights and code in the file are left alone. A layer that TensorFlow.js computes otherwise than Keras is
refused, and nothing is written.

Example:
  $ toxicity-guard import-keras model.h5 --out models/comments`,
    )
    .action(run);
}

async function run(file: string, { out }: Options): Promise<void> {
  // Loaded late: scoring needs none of it.
  const { importKeras, summariseImport } = await import('@toxicity-guard/trainer/keras');
  let shown = false;
  const print = progressPrinter(process.stderr);
  const model = await importKeras(file, {
    out,
    onProgress: (progress) => {
      shown = true;
      print(progress);
    },
  });
  if (shown) process.stderr.write('\n');
  process.stdout.write(`${summariseImport(model)}The model is in ${out}.\n`);
}
