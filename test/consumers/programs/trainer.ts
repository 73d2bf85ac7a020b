import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readComments, type TrainOptions, train } from '@toxicity-guard/trainer';
import { type ImportedModel, type ImportKerasOptions, importKeras } from '@toxicity-guard/trainer/keras';

const options: Pick<TrainOptions, 'comments'> = { comments: 'there-is-no.csv' };

async function main(): Promise<void> {
  const folder = await mkdtemp('imported-');
  const where: ImportKerasOptions = { out: join(folder, 'model') };
  const { layers }: ImportedModel = await importKeras('model.keras', where);
  await rm(folder, { recursive: true });
  await readComments(options.comments).catch((error: NodeJS.ErrnoException) => {
    console.log(typeof train, error.code, layers.length);
  });
}

void main();
