import {
  listVersions,
  pushVocabulary,
  removeVersion,
  useVersion,
  verifyVocabulary,
} from '@toxicity-guard/core';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { coded, MADE_UP, madeUp } from '../entries.js';
import { HidingStore } from './hiding-store.js';

const DOWN = coded('VOCABULARY_UNAVAILABLE');

/** Two versions, the first in use. */
async function setUp() {
  const store = new HidingStore();
  const keyv = new Keyv({ store });
  for (const version of ['1', '2']) await pushVocabulary(keyv, madeUp(1_050), { ...MADE_UP, version });
  await useVersion(keyv, '1');
  return { store, keyv, before: new Map(store.rows) };
}

describe('a store that hides its failures behind an `error`', () => {
  it('is never taken for one that holds nothing', async () => {
    const { store, keyv, before } = await setUp();
    store.failsReads = () => true;
    await expect(listVersions(keyv)).rejects.toThrow(DOWN);
    await expect(removeVersion(keyv, '2')).rejects.toThrow(DOWN);
    await expect(useVersion(keyv, '2')).rejects.toThrow(DOWN);
    await expect(verifyVocabulary(keyv)).rejects.toThrow(DOWN);
    await expect(pushVocabulary(keyv, madeUp(10), { ...MADE_UP, version: '3' })).rejects.toThrow(DOWN);
    expect(store.rows).toEqual(before);
  });

  it.each([
    ['the name of the version in use', 'current'],
    ['the names of all', 'versions'],
    ['a part of the list', ':words:0'],
    ['the last part of the list', ':words:1'],
    ['a part that there is none of', ':words:2'],
  ])('keeps what is in use while it hides %s', async (_, hidden) => {
    const { store, keyv } = await setUp();
    store.failsReads = (key) => key.endsWith(hidden);
    await expect(removeVersion(keyv, '1')).rejects.toThrow(/is in use|threw|could not be read/);
    await expect(removeVersion(keyv, '2')).rejects.toThrow(DOWN);
    store.failsReads = () => false;
    await verifyVocabulary(keyv);
    await removeVersion(keyv, '2');
    const rest = [...store.rows.keys()].filter((key) => key.includes('/2:'));
    expect(rest).toEqual([]);
  });

  it('is not believed to have written what it has not', async () => {
    const whole = await pushVocabulary(new Map(), madeUp(1_050), { ...MADE_UP, version: '1' });
    for (const lost of [3, 64, 900, 1_020, 1_053]) {
      const store = new HidingStore();
      const keyv = new Keyv({ store });
      let writes = 0;
      store.failsWrites = () => ++writes === lost;
      const push = () => pushVocabulary(keyv, madeUp(1_050), { ...MADE_UP, version: '1' });
      await expect(push()).rejects.toThrow(DOWN);
      expect(await push()).toEqual(whole);
      expect(await verifyVocabulary(keyv, { version: '1' })).toEqual(whole);
    }
  });

  it('does not say that it put a version in use, or removed one, when it has not', async () => {
    const { store, keyv } = await setUp();
    store.failsWrites = (key) => key.endsWith('current');
    await expect(useVersion(keyv, '2')).rejects.toThrow(DOWN);
    store.failsWrites = (key) => key.includes('/2:w:');
    await expect(removeVersion(keyv, '2')).rejects.toThrow(DOWN);
    store.failsWrites = () => false;
    await removeVersion(keyv, '2');
    expect([...store.rows.keys()].filter((key) => key.includes('/2:'))).toEqual([]);
  });
});
