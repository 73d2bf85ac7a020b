import { createClassifier, pushVocabulary, useVersion } from '@toxicity-guard/core';
import { expect } from 'vitest';
import { modelFolder, plantedModel } from '../../../packages/core/test/small-model.js';
import type { Case } from '../case.js';
import { MADE_UP, madeUp, PATIENT } from '../entries.js';
import { type Scene, withStore } from '../scene.js';

const COUNT = 300;
const WORDS = madeUp(COUNT).map(({ word }) => word);

/** Puts made-up words in use, and forgets what that took. */
async function pushMadeUp({ quick }: Scene): Promise<void> {
  await pushVocabulary(quick, madeUp(COUNT), { ...MADE_UP, version: '1' }, PATIENT);
  await useVersion(quick, '1', PATIENT);
}

export const roundTrips: readonly Case[] = [
  {
    name: 'a call on demand is one round trip, however many words and texts it has',
    needs: 'manyKeys',
    run: (harness) =>
      withStore(harness, async (scene) => {
        const { journal, vocabulary } = scene;
        await pushMadeUp(scene);
        const words = vocabulary({ mode: 'onDemand' });
        await words.manifest();
        journal.forget();
        expect(await words.getMany(['made up', ...WORDS.slice(0, 200), 'word1'])).toHaveLength(202);
        expect(journal.calls.map(({ does, keys }) => [does, keys.length])).toEqual([['getMany', 200]]);
        // Only what it has not.
        journal.forget();
        await words.getMany(WORDS);
        expect(journal.calls.map(({ does, keys }) => [does, keys.length])).toEqual([['getMany', 100]]);

        const model = await modelFolder(plantedModel(['grumble']));
        await scene.pushModel(model, '2');
        const judging = createClassifier({ model, vocabulary: vocabulary({ mode: 'onDemand' }) });
        await judging.ready();
        journal.forget();
        await judging.classify(`the kind grumble ${'river '.repeat(500)}`);
        expect(journal.calls.map(({ does }) => does)).toEqual(['getMany']);
        await judging.classifyMany(['a stone', 'the blue house', 'walk and talk', 'snarl', 'hiss']);
        expect(journal.calls.map(({ does }) => does)).toEqual(['getMany', 'getMany']);
        await judging.close();
      }),
  },
  {
    name: 'what is at hand is answered without the store',
    run: (harness) =>
      withStore(harness, async (scene) => {
        const { journal, vocabulary } = scene;
        await pushMadeUp(scene);
        const words = vocabulary({ mode: 'onDemand' });
        const cold = await words.getMany(WORDS);
        expect(cold).toEqual(madeUp(COUNT));
        journal.forget();
        journal.before = () => {
          throw new Error('down');
        };
        expect(await words.getMany([...WORDS, 'unknown'])).toEqual([...cold, undefined]);
        expect(journal.reads).toBe(0);
      }),
  },
  {
    name: 'words that it does not hold never cost a round trip',
    run: (harness) =>
      withStore(harness, async (scene) => {
        const { journal, vocabulary } = scene;
        await pushMadeUp(scene);
        const words = vocabulary({ mode: 'onDemand' });
        await words.manifest();
        journal.forget();
        const junk = Array.from({ length: 20_000 }, (_, at) => `junk${at}`);
        expect((await words.getMany(junk)).every((entry) => entry === undefined)).toBe(true);
        expect(await words.getMany(['junk7', 'word299'])).toEqual([undefined, madeUp(COUNT)[299]]);
        expect(journal.keysRead).toHaveLength(1);
      }),
  },
  {
    name: 'no more words are kept than fit in cacheBytes',
    run: (harness) =>
      withStore(harness, async (scene) => {
        const { journal, vocabulary } = scene;
        await pushMadeUp(scene);
        const cacheBytes = 16_384;
        const words = vocabulary({ mode: 'onDemand', cacheBytes });
        await words.getMany(WORDS);
        let kept = 0;
        let bytes = 0;
        for (const word of WORDS.toReversed()) {
          journal.forget();
          await words.getMany([word]);
          if (journal.reads > 0) continue;
          kept++;
          // Its letters and its numbers; what else it takes is not counted here.
          bytes += 2 * word.length + 3 * 4;
        }
        expect(kept).toBeGreaterThan(5);
        expect(bytes).toBeLessThan(cacheBytes);
        // More than a hundred bytes a word is what it truly takes.
        expect(kept).toBeLessThanOrEqual(cacheBytes / 100);
      }),
  },
  {
    name: 'a preload asks for nothing after',
    run: (harness) =>
      withStore(harness, async (scene) => {
        const { journal, vocabulary } = scene;
        await pushMadeUp(scene);
        const words = vocabulary({ mode: 'preload' });
        await words.manifest();
        journal.forget();
        expect(await words.getMany([...WORDS, 'unknown'])).toEqual([...madeUp(COUNT), undefined]);
        expect(journal.calls).toEqual([]);
      }),
  },
];
