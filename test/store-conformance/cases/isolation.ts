import {
  createClassifier,
  type KeyvLike,
  keyvVocabulary,
  pushVocabulary,
  removeVersion,
  useVersion,
  verifyVocabulary,
} from '@toxicity-guard/core';
import { expect } from 'vitest';
import type { Case } from '../case.js';
import { PATIENT } from '../entries.js';
import { plantedFolder } from '../models.js';
import { withStore } from '../scene.js';

/** Words that would reach something else if they were keys, or patterns, or names of properties. */
const WORDS = [
  'toxic:hello',
  'toxicity:hello',
  'toxicity-guard/current',
  '../x',
  '..%2fx',
  '__proto__',
  'constructor',
  'toString',
  '.*',
  '^',
  '$where',
  'a.b',
  '%',
  '*',
  "'; DROP TABLE keyv; --",
  'a\0b',
  '\n',
  ' ',
  'a',
  'A',
  '\u{202e}',
  'caf\u{e9}',
  'cafe\u{301}',
  '😀',
  'x'.repeat(10_000),
];
/** Such as no vocabulary holds, for they cannot be written as UTF-8. */
const HALVES = ['\ud83d', '\udc00a', 'toxic:\ud83d'];

/** Everything that a vocabulary may touch. */
const OURS =
  /^(?:[\w-]+::?)*toxicity-guard\/(?:current|versions|[\w.+@-]+:(?:manifest|words:\d+|w:[\w-]{22}))$/;

const entriesOf = (sign: 1 | -1) =>
  WORDS.map((word, index) => ({ word, index, vector: vectorOf(sign, index) }));
const vectorOf = (sign: 1 | -1, index: number) => Float32Array.of(sign * (index + 1));
const ABOUT = { version: '1', model: 'made-up', dimensions: 1, encoding: 'float32' } as const;

async function pushTo(keyv: KeyvLike, sign: 1 | -1): Promise<void> {
  await pushVocabulary(keyv, entriesOf(sign), ABOUT, PATIENT);
  await useVersion(keyv, '1', PATIENT);
}

export const isolation: readonly Case[] = [
  {
    name: 'no word reaches another key or another namespace, whatever it is made of',
    run: (harness) =>
      withStore(harness, async ({ keyv, journal, keys, neighbour, vocabulary }) => {
        await pushTo(neighbour, -1);
        const theirs = async (key: string) =>
          await (neighbour.set as (key: string, value: unknown) => unknown)(key, 'theirs');
        for (const key of ['hello', 'x', 'current', 'versions']) await theirs(key);
        const before = await keys();
        await pushTo(keyv, 1);
        for (const mode of ['preload', 'onDemand'] as const) {
          const words = vocabulary({ mode });
          expect(await words.getMany(WORDS)).toEqual(entriesOf(1));
          expect(await words.getMany([...HALVES, 'hello', 'x', '', 'y'.repeat(10_000)])).toEqual(
            Array.from({ length: 7 }, () => undefined),
          );
        }
        const touched = new Set(journal.calls.flatMap((call) => call.keys));
        expect([...touched].filter((key) => !OURS.test(key))).toEqual([]);
        expect((await keys()).filter((key) => !before.includes(key) && !OURS.test(key))).toEqual([]);

        await pushVocabulary(keyv, entriesOf(1), { ...ABOUT, version: '2' }, PATIENT);
        await useVersion(keyv, '2', PATIENT);
        await removeVersion(keyv, '1', PATIENT);
        const after = new Set(await keys());
        expect(before.filter((key) => !after.has(key))).toEqual([]);
        for (const key of ['hello', 'x', 'current', 'versions']) {
          expect(await neighbour.get(key)).toBe('theirs');
        }
        await verifyVocabulary(neighbour, PATIENT);
        const untouched = keyvVocabulary(neighbour, PATIENT);
        expect(await untouched.getMany(WORDS)).toEqual(entriesOf(-1));
        await untouched.close();
      }),
  },
  {
    name: 'texts of such words are judged as ever, and ask for nothing but words of the vocabulary',
    run: (harness) =>
      withStore(harness, async ({ journal, pushModel, vocabulary }) => {
        const model = await plantedFolder();
        await pushModel(model, '1');
        const texts = [...WORDS, ...HALVES, [...WORDS, ...HALVES].join(' '), 'the\u{202e}river\ud83d stone'];
        const bundled = createClassifier({ model });
        const expected = await bundled.classifyMany(texts, { spans: true });
        await bundled.close();
        for (const mode of ['preload', 'onDemand'] as const) {
          const classifier = createClassifier({ model, vocabulary: vocabulary({ mode }) });
          journal.forget();
          expect(await classifier.classifyMany(texts, { spans: true })).toEqual(expected);
          expect(journal.keysRead.filter((key) => !OURS.test(key))).toEqual([]);
          await classifier.close();
        }
      }),
  },
];
