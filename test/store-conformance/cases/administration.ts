import {
  listVersions,
  type PushProgress,
  pushVocabulary,
  readVocabulary,
  removeVersion,
  useVersion,
  type VocabularyEntry,
  verifyVocabulary,
} from '@toxicity-guard/core';
import { expect } from 'vitest';
import type { Case } from '../case.js';
import { all, coded, MADE_UP, madeUp, PATIENT } from '../entries.js';
import { withStore } from '../scene.js';

const ABOUT = { ...MADE_UP, version: '1' };

/** Bytes as a model has them, with scales that no decimal numeral has. */
const BYTES: VocabularyEntry[] = ['naïve', 'Ωmega', '😀', 'a b', "o'clock"].map((word, index) => ({
  word,
  index,
  int8: { values: Int8Array.of(127, -127, index), scale: Math.fround(0.1 / (index + 1)) },
}));

export const administration: readonly Case[] = [
  {
    name: 'what is pushed comes back whole: manifest, words in order, vectors bit for bit',
    run: (harness) =>
      withStore(harness, async ({ keyv, vocabulary }) => {
        const entries = madeUp(1_050);
        const pushed = await pushVocabulary(keyv, entries, ABOUT, PATIENT);
        expect(pushed).toMatchObject({ ...ABOUT, words: 1_050, firstIndex: 0, longestWord: 8 });
        expect(pushed.checksum).toMatch(/^[0-9a-f]{64}$/);
        expect(await useVersion(keyv, '1', PATIENT)).toEqual(pushed);
        expect(await verifyVocabulary(keyv, PATIENT)).toEqual(pushed);
        expect(await vocabulary().manifest()).toEqual(pushed);
        expect(await all(readVocabulary(keyv, PATIENT))).toEqual(entries);

        const bytes = { version: 'bytes', model: 'b', dimensions: 3, encoding: 'int8' } as const;
        await pushVocabulary(keyv, BYTES, bytes, PATIENT);
        const read = await all(readVocabulary(keyv, { ...PATIENT, version: 'bytes' }));
        expect(read.map(({ vector: _, ...entry }) => entry)).toEqual(BYTES);

        const bare = [1, 2, 3].map((index) => ({ word: 'w'.repeat(index), index }));
        const none = { version: 'none', model: 'n', dimensions: 0, encoding: 'none' } as const;
        await pushVocabulary(keyv, bare, none, PATIENT);
        expect(await all(readVocabulary(keyv, { ...PATIENT, version: 'none' }))).toEqual(bare);
      }),
  },
  {
    name: 'versions are listed, put in use and removed, and nothing else is touched',
    run: (harness) =>
      withStore(harness, async ({ keyv, keys, neighbour }) => {
        await (neighbour.set as (key: string, value: unknown) => unknown)('toxicity-guard/current', 'theirs');
        const before = await keys();
        // The one's name is a pattern that the other's fits, and how the third's begins.
        for (const [at, version] of ['1.0', '1x0', '1.01'].entries()) {
          await pushVocabulary(keyv, madeUp(30, at), { ...ABOUT, version }, PATIENT);
        }
        await useVersion(keyv, '1.0', PATIENT);
        const listed = await listVersions(keyv, PATIENT);
        expect(listed.map(({ version, inUse, manifest }) => [version, inUse, manifest?.words])).toEqual([
          ['1.0', true, 30],
          ['1x0', false, 30],
          ['1.01', false, 30],
        ]);
        await expect(removeVersion(keyv, '1.0', PATIENT)).rejects.toThrow(/is in use/);
        await useVersion(keyv, '1x0', PATIENT);
        await removeVersion(keyv, '1.0', PATIENT);
        expect((await listVersions(keyv, PATIENT)).map(({ version }) => version)).toEqual(['1x0', '1.01']);
        await expect(useVersion(keyv, '1.0', PATIENT)).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
        await verifyVocabulary(keyv, { ...PATIENT, version: '1x0' });
        await verifyVocabulary(keyv, { ...PATIENT, version: '1.01' });
        await useVersion(keyv, '1.01', PATIENT);
        await removeVersion(keyv, '1x0', PATIENT);

        const left = (await keys()).filter((key) => !before.includes(key));
        // Words, a manifest and their list; the version in use, and the names of all.
        expect(left).toHaveLength(30 + 1 + 1 + 2);
        expect(left.filter((key) => /\/1[.x]0:/.test(key))).toEqual([]);
        expect(await neighbour.get('toxicity-guard/current')).toBe('theirs');
      }),
  },
  {
    name: 'a push that was broken off goes on to the same checksum',
    run: (harness) =>
      withStore(harness, async ({ keyv, journal }) => {
        const entries = madeUp(1_050);
        const whole = await pushVocabulary(new Map(), entries, ABOUT);
        const controller = new AbortController();
        const pushing = pushVocabulary(keyv, entries, ABOUT, {
          ...PATIENT,
          signal: controller.signal,
          onProgress: ({ words }) => words === 1_000 && controller.abort(),
        });
        await expect(pushing).rejects.toThrow(coded('ABORTED'));
        await expect(useVersion(keyv, '1', PATIENT)).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
        expect(await listVersions(keyv, PATIENT)).toEqual([{ version: '1', inUse: false, manifest: null }]);

        journal.forget();
        const told: PushProgress[] = [];
        const onProgress = (progress: PushProgress): void => void told.push(progress);
        expect(await pushVocabulary(keyv, entries, ABOUT, { ...PATIENT, onProgress })).toEqual(whole);
        expect(told.at(-1)).toEqual({ words: 1_050, resumed: 1_000 });
        const written = journal.calls.filter(({ does }) => does === 'set' || does === 'setMany');
        expect(written.flatMap(({ keys }) => keys).filter((key) => key.includes(':w:'))).toHaveLength(50);
        expect(await verifyVocabulary(keyv, { ...PATIENT, version: '1' })).toEqual(whole);
      }),
  },
  {
    name: 'a push whose store failed in its midst says so, and goes on to the same checksum',
    run: (harness) =>
      withStore(harness, async ({ keyv, journal }) => {
        const entries = madeUp(1_050);
        const whole = await pushVocabulary(new Map(), entries, ABOUT);
        let left = 1_020;
        journal.before = ({ does, keys }) => {
          if (does !== 'set' && does !== 'setMany') return;
          left -= keys.length;
          if (left <= 0) throw new Error('down');
        };
        const pushing = pushVocabulary(keyv, entries, ABOUT, PATIENT);
        await expect(pushing).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
        journal.before = () => undefined;
        await expect(useVersion(keyv, '1', PATIENT)).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
        expect(await pushVocabulary(keyv, entries, ABOUT, PATIENT)).toEqual(whole);
        expect(await verifyVocabulary(keyv, { ...PATIENT, version: '1' })).toEqual(whole);
      }),
  },
];
