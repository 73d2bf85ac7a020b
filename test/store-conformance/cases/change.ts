import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  type Classifier,
  createClassifier,
  createGuard,
  VOCABULARY_CHANNEL,
  type VocabularyMessage,
} from '@toxicity-guard/core';
import { expect } from 'vitest';
import type { Case } from '../case.js';
import { coded, PATIENT } from '../entries.js';
import { foreignFolder, PLANTED, plantedFolder, pushWithoutPlanted } from '../models.js';
import { withStore } from '../scene.js';

const TEXT = `the ${PLANTED} river`;

/** Resolves when a version is loaded or refused. */
export function told(event: VocabularyMessage['event'], version: string): Promise<void> {
  return new Promise((resolve) => {
    const hear = (message: unknown): void => {
      const heard = message as VocabularyMessage;
      if (heard.event !== event || heard.version !== version) return;
      unsubscribe(VOCABULARY_CHANNEL, hear);
      resolve();
    };
    subscribe(VOCABULARY_CHANNEL, hear);
  });
}

export const change: readonly Case[] = [
  {
    name: 'another version is taken up under load, and not one request is refused',
    run: (harness) =>
      withStore(harness, async (scene) => {
        const model = await plantedFolder();
        await scene.pushModel(model, '1');
        for (const [at, mode] of (['preload', 'onDemand'] as const).entries()) {
          const words = scene.vocabulary({ mode, refreshMs: 20, cacheBytes: 0 });
          const classifier = createClassifier({ model, vocabulary: words });
          const guard = createGuard({ classifier, ...PATIENT });
          const before = (await classifier.classify(TEXT)).scores.toxic;
          const next = `next-${at}`;
          const loaded = told('loaded', next);
          let isOver = false;
          const over = loaded.then(() => {
            isOver = true;
          });
          const load = Array.from({ length: 8 }, () => keepAsking(classifier, guard, () => isOver));
          await pushWithoutPlanted(scene, model, next);
          await over;
          const heard = (await Promise.all(load)).flat();
          const after = (await classifier.classify(TEXT)).scores.toxic;
          expect(after).toBeLessThan(before);
          // One version or the other, and nothing between.
          expect(new Set([...heard, before, after])).toEqual(new Set([before, after]));
          expect(heard.length).toBeGreaterThan(8);
          await guard.close();
          await classifier.close();
          await scene.pushModel(model, `back-${at}`);
        }
      }),
  },
  {
    name: 'a version that is bad is refused, and the one before works on',
    run: (harness) =>
      withStore(harness, async ({ pushModel, vocabulary }) => {
        const model = await plantedFolder();
        await pushModel(model, '1');
        const words = vocabulary({ mode: 'onDemand', refreshMs: 20 });
        const classifier = createClassifier({ model, vocabulary: words });
        const before = await classifier.classify(TEXT);
        const refused = told('refused', 'foreign');
        await pushModel(await foreignFolder(), 'foreign');
        await refused;
        await expect(words.reload()).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
        expect(await classifier.classify(TEXT)).toEqual(before);
        expect((await words.manifest()).version).toBe('1');
        await pushModel(model, '2');
        expect((await words.reload()).version).toBe('2');
        expect(await classifier.classify(TEXT)).toEqual(before);
        await classifier.close();
      }),
  },
];

/** Asks until all is over, and gives the scores. */
async function keepAsking(
  classifier: Classifier,
  guard: ReturnType<typeof createGuard>,
  isOver: () => boolean,
): Promise<number[]> {
  const heard: number[] = [];
  while (!isOver()) {
    heard.push((await classifier.classify(TEXT)).scores.toxic);
    const decision = await guard.judge({ body: { comment: TEXT } });
    expect(decision.error).toBeNull();
    expect(decision.action).not.toBe('unavailable');
  }
  return heard;
}
