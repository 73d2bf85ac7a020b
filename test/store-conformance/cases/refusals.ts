import {
  createClassifier,
  createGuard,
  type KeyvLike,
  modelVocabulary,
  pushVocabulary,
  useVersion,
  verifyVocabulary,
} from '@toxicity-guard/core';
import { expect } from 'vitest';
import { DEFAULT_PREFIX, VocabularyKeys } from '../../../packages/core/src/vocabulary/keys.js';
import type { Case } from '../case.js';
import { coded, PATIENT } from '../entries.js';
import { foreignFolder, PLANTED, plantedFolder } from '../models.js';
import { withStore } from '../scene.js';

const KEYS = new VocabularyKeys(DEFAULT_PREFIX);
const MISMATCH = coded('VOCABULARY_MISMATCH');

/** Spoils a vocabulary by the store's own functions. */
type Damage = (keyv: KeyvLike) => Promise<void>;

const set = async (keyv: KeyvLike, key: string, value: unknown): Promise<void> => {
  await (keyv.set as (key: string, value: unknown) => unknown)(key, value);
};
const change =
  (key: string, parts: object): Damage =>
  async (keyv) =>
    set(keyv, key, { ...((await keyv.get(key)) as object), ...parts });
const lose =
  (key: string): Damage =>
  async (keyv) => {
    await keyv.delete(key);
  };

/** What is noticed before the first text is judged. */
const DAMAGED_LISTS: [string, Damage][] = [
  ['no manifest, as a push leaves it that has not ended', lose(KEYS.manifest('1'))],
  ['a manifest of something else', (keyv) => set(keyv, KEYS.manifest('1'), 'words')],
  ['a manifest of a later format', change(KEYS.manifest('1'), { formatVersion: 2 })],
  ['a manifest with another checksum', change(KEYS.manifest('1'), { checksum: '0'.repeat(64) })],
  ['a manifest that promises more words', change(KEYS.manifest('1'), { words: 24 })],
  ['no list of words', lose(KEYS.chunk('1', 0))],
  ['a list that is not finished', change(KEYS.chunk('1', 0), { done: false })],
  ['a list of other words', change(KEYS.chunk('1', 0), { words: Array.from('abcdefghijklmnopqrstuvw') })],
  ['no first entry', lose(KEYS.entry('1', '0'))],
];

/** What is noticed when the entry is read. */
const DAMAGED_ENTRIES: [string, Damage][] = [
  ['an entry less', lose(KEYS.entry('1', PLANTED))],
  ['an entry of another word', async (keyv) => exchange(keyv, 'river')],
  ['a bit of an entry flipped', async (keyv) => flip(keyv)],
  ['an entry cut short', async (keyv) => cut(keyv)],
  ['a string for an entry', (keyv) => set(keyv, KEYS.entry('1', PLANTED), 'grumble')],
  ['an empty object for an entry', (keyv) => set(keyv, KEYS.entry('1', PLANTED), {})],
];

async function exchange(keyv: KeyvLike, other: string): Promise<void> {
  await set(keyv, KEYS.entry('1', PLANTED), await keyv.get(KEYS.entry('1', other)));
}

async function flip(keyv: KeyvLike): Promise<void> {
  const key = KEYS.entry('1', PLANTED);
  const record = Buffer.from((await keyv.get(key)) as Uint8Array);
  record[record.length - 1] = (record.at(-1) as number) ^ 1;
  await set(keyv, key, record);
}

async function cut(keyv: KeyvLike): Promise<void> {
  const key = KEYS.entry('1', PLANTED);
  await set(keyv, key, Buffer.from((await keyv.get(key)) as Uint8Array).subarray(0, -1));
}

export const refusals: readonly Case[] = [
  {
    name: 'half a vocabulary, or a damaged list of words, is refused at the start and not put in use',
    run: (harness) =>
      withStore(harness, async ({ keyv, pushModel, vocabulary }) => {
        const model = await plantedFolder();
        for (const [what, damage] of DAMAGED_LISTS) {
          await pushModel(model, '1');
          await damage(keyv);
          await expect(useVersion(keyv, '1', PATIENT), what).rejects.toThrow(MISMATCH);
          await expect(verifyVocabulary(keyv, PATIENT), what).rejects.toThrow(MISMATCH);
          for (const mode of ['preload', 'onDemand'] as const) {
            // What is damaged is no outage: it is not degraded away.
            const words = vocabulary({ mode, onUnavailable: 'degrade' });
            const classifier = createClassifier({ model, vocabulary: words });
            await expect(classifier.ready(), `${what}, ${mode}`).rejects.toThrow(MISMATCH);
            const guard = createGuard({ classifier, ...PATIENT });
            const decision = await guard.judge({ body: { comment: `the ${PLANTED}` } });
            expect(decision).toMatchObject({
              action: 'unavailable',
              status: 503,
              error: { code: 'VOCABULARY_MISMATCH' },
            });
            await classifier.close();
          }
          for (const key of [KEYS.manifest('1'), KEYS.chunk('1', 0)]) await keyv.delete(key);
        }
      }),
  },
  {
    name: 'an entry that is lost, exchanged or damaged is refused when it is read, and mended it is taken',
    run: (harness) =>
      withStore(harness, async ({ keyv, pushModel, vocabulary }) => {
        const model = await plantedFolder();
        await pushModel(model, '1');
        const whole = await keyv.get(KEYS.entry('1', PLANTED));
        for (const [what, damage] of DAMAGED_ENTRIES) {
          const words = vocabulary({ mode: 'onDemand' });
          const classifier = createClassifier({ model, vocabulary: words });
          await classifier.ready();
          await damage(keyv);
          await expect(classifier.classify(`the ${PLANTED}`), what).rejects.toThrow(MISMATCH);
          expect((await classifier.classify('the river')).degraded, what).toBe(false);
          await expect(verifyVocabulary(keyv, PATIENT), what).rejects.toThrow(MISMATCH);
          await expect(vocabulary({ mode: 'preload' }).manifest(), what).rejects.toThrow(MISMATCH);
          await set(keyv, KEYS.entry('1', PLANTED), whole);
          expect((await classifier.classify(`the ${PLANTED}`)).scores.toxic, what).toBeGreaterThan(0.5);
          await classifier.close();
        }
      }),
  },
  {
    name: 'the vocabulary of another model is refused, and so is a store in which none is in use',
    run: (harness) =>
      withStore(harness, async ({ keyv, pushModel, vocabulary }) => {
        const model = await plantedFolder();
        const refused = async (): Promise<void> => {
          for (const mode of ['preload', 'onDemand'] as const) {
            const classifier = createClassifier({ model, vocabulary: vocabulary({ mode }) });
            await expect(classifier.classify('the river')).rejects.toThrow(MISMATCH);
            await classifier.close();
          }
        };
        await refused();
        const { description, entries } = await modelVocabulary(model);
        await pushVocabulary(keyv, entries, { ...description, version: 'unused' }, PATIENT);
        await refused();
        await pushModel(await foreignFolder(), 'foreign');
        await refused();
      }),
  },
];
