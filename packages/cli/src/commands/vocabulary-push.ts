import { pushVocabulary } from '@toxicity-guard/core';
import type { Command } from 'commander';
import { readCount } from '../numbers.js';
import { type StoreArguments, storeCommand, withStore } from '../store/store-command.js';
import { bundledVocabulary } from '../vocabulary/bundled-vocabulary.js';
import { finish } from '../vocabulary/finish.js';
import { gloveVocabulary } from '../vocabulary/glove-vocabulary.js';
import { readVersion } from '../vocabulary/version-argument.js';

interface Options extends StoreArguments {
  readonly from?: string;
  readonly wordIndex?: string;
  readonly words?: number;
  readonly model?: string;
  readonly use: boolean;
  readonly concurrency: number;
}

const GO_ON = 'The same command goes on from there.';

/** `toxicity-guard vocabulary push`: a vocabulary of a model or of GloVe in, a version in a store out. */
export function pushCommand(): Command {
  return storeCommand('push')
    .description(
      "Write a vocabulary into a database, as a version beside others: a model's, or word vectors.",
    )
    .argument('[version]', "its name there (default: the model's id, or the name of the file)", readVersion)
    .option('-m, --model <folder>', 'a model folder (default: the bundled model)')
    .option('--from <file>', 'word vectors as GloVe publishes them, plain or gzip')
    .option('--word-index <file>', "Keras's word_index or tokenizer.to_json(): its words, by their index")
    .option('--words <number>', 'the most frequent words alone', readCount)
    .option('--use', 'put it in use when it is there', false)
    .option('--concurrency <number>', 'words that are written at once', readCount, 128)
    .addHelpText(
      'after',
      `
Interrupted, the same command goes on from there. What is not whole is never used.

A word of the index without a vector has zeros, as in Keras's embedding matrix. Vectors of words that the index lacks
are passed over. Without --word-index a line's place in the file is the index of its word, 1 the first.

Example:
  $ toxicity-guard vocabulary push redis://localhost:6379 --use
  $ toxicity-guard vocabulary push mongodb://localhost/site comments-1 --from glove.6B.50d.txt --word-index word_index.json`,
    )
    .action(push);
}

async function push(
  address: string,
  version: string | undefined,
  { from, wordIndex, words, model, use, concurrency, ...store }: Options,
  command: Command,
): Promise<void> {
  if (from === undefined && (wordIndex ?? words) !== undefined) {
    command.error('error: --word-index and --words go with --from.');
  }
  if (from !== undefined && model !== undefined)
    command.error('error: --model and --from exclude each other.');
  await withStore(address, store, command, GO_ON, async ({ keyv, options, shown, signal, onProgress }) => {
    const source =
      from === undefined
        ? await bundledVocabulary(model)
        : await gloveVocabulary(from, {
            wordIndex,
            words,
            signal,
            onRead: (done, total) => onProgress({ stage: 'reading vectors', done, total }),
          });
    const name = version ?? source.description.version;
    let resumed = 0;
    const manifest = await pushVocabulary(
      keyv,
      source.entries,
      { ...source.description, version: name },
      {
        ...options,
        concurrency,
        signal,
        onProgress: (progress) => {
          resumed = progress.resumed;
          onProgress({ stage: 'writing words', ...source.progress(progress.words) });
        },
      },
    );
    await finish({ keyv, options, shown, manifest, resumed, use, remarks: source.remarks() });
  });
}
