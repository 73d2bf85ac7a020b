import {
  createClassifier,
  keyvOverlay,
  listVersions,
  type OverlayEntry,
  removeVersion,
  verifyVocabulary,
} from '@toxicity-guard/core';
import { expect } from 'vitest';
import type { Case } from '../case.js';
import { PATIENT } from '../entries.js';
import { PLANTED, plantedFolder } from '../models.js';
import { withStore } from '../scene.js';

/** A community whose id would reach something else if it were a key. */
const COMMUNITY = 'toxic:../current';
const ENTRIES: OverlayEntry[] = [
  { phrase: 'stone walk', action: 'deny' },
  { phrase: PLANTED, action: 'allow', community: COMMUNITY },
];

export const overlay: readonly Case[] = [
  {
    name: 'own words lie in the same store, and each leaves the other alone',
    run: (harness) =>
      withStore(harness, async ({ keyv, neighbour, pushModel, vocabulary }) => {
        const model = await plantedFolder();
        await pushModel(model, '1');
        const own = keyvOverlay(keyv, PATIENT);
        const theirs = keyvOverlay(neighbour, PATIENT);
        await own.add(ENTRIES);
        const words = vocabulary({ mode: 'onDemand' });
        const classifier = createClassifier({ model, vocabulary: words, overlay: own });
        const toxic = async (text: string, community?: string): Promise<number> =>
          (await classifier.classify(text, community === undefined ? {} : { community })).scores.toxic;
        expect(await toxic('a stone walk')).toBe(1);
        expect(await toxic(`the ${PLANTED}`)).toBeGreaterThan(0.5);
        expect(await toxic(`the ${PLANTED}`, COMMUNITY)).toBeLessThan(0.5);
        expect(await toxic('a stone')).toBeLessThan(0.5);
        expect(await theirs.list()).toEqual([]);

        expect(await listVersions(keyv, PATIENT)).toMatchObject([{ version: '1', inUse: true }]);
        await verifyVocabulary(keyv, PATIENT);
        await pushModel(model, 'overlay');
        await removeVersion(keyv, '1', PATIENT);
        await words.reload();
        expect(await own.list()).toEqual([ENTRIES[0]]);
        expect(await own.list(COMMUNITY)).toEqual([ENTRIES[1]]);
        await own.remove(ENTRIES);
        expect(await toxic('a stone walk')).toBeLessThan(0.5);
        await verifyVocabulary(keyv, PATIENT);
        await classifier.close();
        await own.close();
        await theirs.close();
      }),
  },
];
