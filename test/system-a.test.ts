import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClassifierOptions,
  createClassifier,
  foldedKeras,
  kerasTokenizer,
  keyvVocabulary,
  LABELS,
  padSequences,
  tensorflow,
  type VocabularyManifest,
  verifyVocabulary,
} from '@toxicity-guard/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { theirTensorFlow } from './engines/their-tensorflow.js';
import { describeWith, requirement } from './requirements.js';
import { runCommand } from './run-program.js';
import { type Database, memory, mongo, PATIENT, redis, sqlite, VERSION } from './system-a/databases.js';
import { expected, kerasFile, type Network, wordIndex } from './system-a/fixture.js';

const EXAMPLE = 'C*#%`SUCKER BEFORE YOU PISS AROUND ON MY WORK';
const LONG = { timeout: 300_000 };

describe('a vocabulary in memory', () => flow(memory));
describeWith('mongo', 'a vocabulary in MongoDB', (url) => flow(() => mongo(url)));
describeWith('redis', 'a vocabulary in Redis', (url) => flow(() => redis(url)));
describeWith('sqlite', 'a vocabulary in SQLite', () => flow(sqlite));

/** From Keras's files to six scores: the tests of a flow build on each other. */
function flow(open: () => Promise<Database>): void {
  let folder: string;
  let database: Database;
  let pushed: VocabularyManifest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-system-a-'));
    database = await open();
  });

  afterAll(async () => {
    await database.drop();
    await database.close();
    await rm(folder, { recursive: true });
  });

  const networkFolder = (network: Network) => join(folder, network);
  const vocabulary = () => keyvVocabulary(database.keyv, { mode: 'onDemand', ...PATIENT });

  it('takes word index and vectors (A1)', LONG, async () => {
    await database.push();
    pushed = await verifyVocabulary(database.keyv, PATIENT);
    expect(pushed).toMatchObject({
      version: VERSION,
      words: Object.keys(wordIndex).length,
      firstIndex: 1,
      dimensions: expected.dimensions,
      encoding: 'float32',
    });
  });

  it('is dumped to a file, dropped, and restored from it (A2)', LONG, async () => {
    const dump = join(folder, 'comments.jsonl.gz');
    await database.dump(dump);
    await database.drop();
    await expect(vocabulary().manifest()).rejects.toMatchObject({ code: 'VOCABULARY_MISMATCH' });

    await database.restore(dump);
    await database.verify();
    expect(await verifyVocabulary(database.keyv, PATIENT)).toEqual(pushed);
  });

  it('gives every sentence the padded indexes of Keras (A4)', async () => {
    const tokenizer = kerasTokenizer();
    const store = vocabulary();
    onTestFinished(() => store.close());
    expect(expected.sentences.map(({ text }) => text)).toContain(EXAMPLE);
    for (const { text, words, sequence, padded } of expected.sentences) {
      expect(tokenizer.words(text)).toEqual(words);
      const entries = await store.getMany(words);
      const indexes = new Map(entries.map((entry, at) => [words[at], entry?.index]));
      const found = tokenizer.sequence(words, (word) => indexes.get(word));
      expect(found).toEqual(sequence);
      expect(Array.from(padSequences([found], { maxlen: expected.length })[0]!)).toEqual(padded);
    }
  });

  it('imports the networks that Keras saved', LONG, async () => {
    for (const network of ['vectors', 'indexes', 'deep'] as const) {
      const said = await runCommand(
        ['import-keras', kerasFile(network), '--out', networkFolder(network)],
        '',
      );
      expect(said).toContain('Saved by Keras 2.15.0;');
    }
    const deep = foldedKeras({ model: networkFolder('deep') });
    await expect(deep.load()).rejects.toMatchObject({
      code: 'MODEL_INCOMPATIBLE',
      message: expect.stringMatching(/max_pooling1d|conv1d/),
    });
  });

  /** The scores of all sentences, Keras's and ours, long texts cut as Keras cuts them. */
  async function holdToKeras(network: Network, options: ClassifierOptions): Promise<void> {
    const classifier = createClassifier({ longTexts: 'truncate', ...options });
    onTestFinished(() => classifier.close());
    const results = await classifier.classifyMany(expected.sentences.map(({ text }) => text));
    const distances = results.map(({ scores }, row) => {
      const theirs = expected.sentences[row]!.scores[network];
      return Math.max(...LABELS.map((label, at) => Math.abs(scores[label] - theirs[at]!)));
    });
    expect(distances.length).toBeGreaterThan(40);
    expect(Math.max(...distances)).toBeLessThan(1e-4);
  }

  it('scores word vectors as Keras does', async () => {
    await holdToKeras('vectors', {
      engine: foldedKeras({ model: networkFolder('vectors') }),
      tokenizer: kerasTokenizer(),
      vocabulary: vocabulary(),
    });
  });

  it('scores word indexes as Keras does, with the most frequent words alone (A3)', async () => {
    expect(
      expected.sentences.some(
        ({ sequence, sequenceOfNumWords }) => sequence.length > sequenceOfNumWords.length,
      ),
    ).toBe(true);
    await holdToKeras('indexes', {
      engine: foldedKeras({ model: networkFolder('indexes') }),
      tokenizer: kerasTokenizer({ numWords: expected.numWords }),
      vocabulary: vocabulary(),
    });
  });

  const tfjs = requirement('tfjs-node');
  const lacking = tfjs.available ? '' : ` (${tfjs.reason})`;
  it.skipIf(!tfjs.available)(`scores a deeper network on TensorFlow as Keras does${lacking}`, async () => {
    for (const network of ['deep', 'vectors'] as const) {
      await holdToKeras(network, {
        engine: tensorflow({ tf: theirTensorFlow(), model: networkFolder(network) }),
        tokenizer: kerasTokenizer(),
        vocabulary: vocabulary(),
      });
    }
  });

  it('finds the example toxic, obscene and an insult, and no threat (A5)', async () => {
    for (const network of ['vectors', 'indexes'] as const) {
      const numWords = network === 'indexes' ? expected.numWords : 0;
      const classifier = createClassifier({
        engine: foldedKeras({ model: networkFolder(network) }),
        tokenizer: kerasTokenizer({ numWords }),
        vocabulary: vocabulary(),
      });
      onTestFinished(() => classifier.close());
      const { scores } = await classifier.classify(EXAMPLE);
      for (const label of ['toxic', 'obscene', 'insult'] as const) expect(scores[label]).toBeGreaterThan(0.9);
      for (const label of ['threat', 'identity_hate'] as const) expect(scores[label]).toBeLessThan(0.1);
    }
  });
}
