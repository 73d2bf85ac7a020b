import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import KeyvRedis from '@keyv/redis';
import {
  createClassifier,
  foldedKeras,
  kerasTokenizer,
  keyvVocabulary,
  pushVocabulary,
  useVersion,
  verifyVocabulary,
} from '@toxicity-guard/core';
import Keyv from 'keyv';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_PREFIX, VocabularyKeys } from '../../../packages/core/src/vocabulary/keys.js';
import { describeWith } from '../../requirements.js';
import { PATIENT } from '../entries.js';
import { quickMongo } from '../quick-mongo.js';
import { commentsFile, DIMENSIONS, entries, network, WORDS, wordsOfTexts } from './made-up.js';

const TEXTS = 10_000;
const MOST_BYTES = 150_000_000;
/** As the guide has it for a small server. */
const SMALL_HEAP = ['--max-semi-space-size=2', '--optimize-for-size'];
const LONG = { timeout: 900_000 };
const JUDGE = fileURLToPath(new URL('judge.mjs', import.meta.url));

/** What a push writes, by key. */
let rows: Map<string, unknown>;
/** The digest of the scores that it gives preloaded, the same for every database. */
let expected: string | undefined;

beforeAll(async () => {
  rows = new Map();
  const about = { version: '1', model: 'large', dimensions: DIMENSIONS, encoding: 'float32' } as const;
  await pushVocabulary(rows, entries(), about);
  await useVersion(rows, '1');
}, LONG.timeout);

/** Copies rows into a database, a thousand at once. */
async function fill(keyv: Keyv, isWanted: (key: string) => boolean): Promise<void> {
  const wanted = [...rows].filter(([key]) => isWanted(key));
  for (let at = 0; at < wanted.length; at += 1_000) {
    await keyv.setMany(wanted.slice(at, at + 1_000).map(([key, value]) => ({ key, value })));
  }
}

/** The digest of the scores that the vocabulary gives when it is preloaded from memory. */
async function preloadedScores(model: string, comments: string): Promise<string> {
  const vocabulary = keyvVocabulary(rows, { mode: 'preload' });
  const engine = foldedKeras({ model });
  const classifier = createClassifier({ engine, tokenizer: kerasTokenizer(), vocabulary });
  const digest = createHash('sha256');
  const different = new Set<number>();
  for (const text of readFileSync(comments, 'utf8').trimEnd().split('\n')) {
    const { scores } = await classifier.classify(text);
    digest.update(JSON.stringify(scores));
    different.add(scores.toxic);
  }
  expect(different.size).toBeGreaterThan(TEXTS / 2);
  await classifier.close();
  await vocabulary.close();
  return digest.digest('hex');
}

/** Judges by a program of its own, as it is built, and holds it to scores and memory. */
async function judge(url: string, namespace: string): Promise<void> {
  const [model, comments] = [await network(), await commentsFile(TEXTS)];
  const args = [...SMALL_HEAP, JUDGE, url, namespace, model, comments];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { scores, mostBytes } = JSON.parse(stdout) as { scores: string; mostBytes: number };
  console.log(`${new URL(url).protocol} ${Math.round(mostBytes / 1e6)} MB resident at most`);
  expected ??= await preloadedScores(model, comments);
  expect(scores).toBe(expected);
  expect(mostBytes).toBeLessThan(MOST_BYTES);
  // Less than a bare Node takes would be no measurement.
  expect(mostBytes).toBeGreaterThan(40_000_000);
}

const TITLE = `judges ${TEXTS} texts on demand as it does preloaded, bit for bit, in less than 150 MB (A6)`;

describeWith('redis', `a vocabulary of ${WORDS} words in Redis`, (url) => {
  it(TITLE, LONG, async () => {
    const namespace = `large-${process.pid}`;
    const store = new KeyvRedis(url);
    const keyv = new Keyv({ store, namespace });
    onTestFinished(async () => {
      await keyv.deleteMany([...rows.keys()]);
      await keyv.disconnect();
    }, LONG.timeout);
    await fill(keyv, () => true);
    expect(await verifyVocabulary(keyv, PATIENT)).toMatchObject({ words: WORDS, dimensions: DIMENSIONS });
    await judge(url, namespace);
  });
});

describeWith('mongo', `a vocabulary of ${WORDS} words in MongoDB`, (url) => {
  it(TITLE, LONG, async () => {
    const collection = `large-${process.pid}`;
    const keyv = await quickMongo(url, collection, collection);
    onTestFinished(async () => {
      await (await keyv.store.connect).store.drop();
      await keyv.disconnect();
    }, LONG.timeout);
    // All of the list, and the vectors of words that texts have: nobody asks for the others, and a write takes long.
    const keys = new VocabularyKeys(DEFAULT_PREFIX);
    const asked = new Set(wordsOfTexts().map((word) => keys.entry('1', word)));
    await fill(keyv, (key) => !key.includes(':w:') || asked.has(key));
    await judge(url, collection);
  });
});
