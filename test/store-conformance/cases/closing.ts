import {
  createClassifier,
  createGuard,
  keyvVocabulary,
  pushVocabulary,
  useVersion,
} from '@toxicity-guard/core';
import { expect } from 'vitest';
import type { Case } from '../case.js';
import { coded, MADE_UP, madeUp } from '../entries.js';
import { Journal } from '../journal.js';
import { plantedFolder } from '../models.js';
import { withStore } from '../scene.js';

const REFRESH_MS = 10;

export const closing: readonly Case[] = [
  {
    name: 'closing ends what is ours, and leaves the store open',
    run: (harness) =>
      withStore(harness, async ({ keyv, journal, pushModel, vocabulary }) => {
        const model = await plantedFolder();
        await pushModel(model, '1');
        const words = vocabulary({ mode: 'onDemand', refreshMs: REFRESH_MS });
        const guard = createGuard({ classifier: { model, vocabulary: words } });
        await guard.ready();
        await guard.close();
        expect(journal.calls.filter(({ does }) => does === 'disconnect')).toEqual([]);
        // Its classifier is closed, and what was handed in is not.
        expect(await words.getMany(['river', 'stone'])).toMatchObject([{ word: 'river' }, { word: 'stone' }]);
        const classifier = createClassifier({ model, vocabulary: words });
        expect((await classifier.classify('the river')).degraded).toBe(false);
        await words.close();
        await words.close();
        await expect(words.getMany(['river'])).rejects.toThrow(coded('CLOSED'));
        await expect(words.reload()).rejects.toThrow(coded('CLOSED'));
        await classifier.close();

        // One over another store tells how time goes by: it looks for a new version again and again.
        journal.forget();
        await severalLooks();
        expect(journal.calls).toEqual([]);
        // The store is still connected.
        expect(await keyv.get('toxicity-guard/current')).toBe('1');
      }),
  },
];

/** Resolves when a vocabulary with the same patience has looked for a new version some times. */
async function severalLooks(): Promise<void> {
  const journal = new Journal();
  const map = journal.watch(new Map<string, unknown>());
  await pushVocabulary(map, madeUp(1), { ...MADE_UP, version: '1' });
  await useVersion(map, '1');
  let left = 5;
  const looked = new Promise<void>((resolve) => {
    journal.before = ({ keys }) => {
      if (keys[0]?.endsWith('/current') && --left === 0) resolve();
    };
  });
  const clock = keyvVocabulary(map, { refreshMs: REFRESH_MS });
  const { release } = await clock.attach({ prepare: async () => () => undefined });
  await looked;
  release();
  await clock.close();
}
