import { Command } from 'commander';

/** `toxicity-guard train`: labelled comments in, a model folder out. */
export function trainCommand(): Command {
  return new Command('train').description('Train a model from labelled comments.').action(train);
}

async function train(): Promise<void> {
  const { train: run } = await loadTrainer();
  await run();
}

/** The trainer brings TensorFlow, so it is installed apart and loaded when it is asked for. */
async function loadTrainer(): Promise<{ train: () => Promise<void> }> {
  const name = '@toxicity-guard/trainer';
  try {
    return await import(name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(`Training needs the package ${name}: npm install ${name}`, { cause });
  }
}
