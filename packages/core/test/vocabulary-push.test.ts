import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { modelVocabulary } from '../src/model/vocabulary.js';
import type { KeyvLike } from '../src/vocabulary/keyv-like.js';
import { type PushProgress, pushVocabulary } from '../src/vocabulary/push-vocabulary.js';
import type { VocabularyEntry } from '../src/vocabulary/store.js';
import {
  listVersions,
  readVocabulary,
  removeVersion,
  useVersion,
  verifyVocabulary,
} from '../src/vocabulary/versions.js';
import { modelFolder } from './small-model.js';
import { coded, MADE_UP, madeUp } from './stored-vocabulary.js';

/** A store in memory that counts what is written. */
class CountingStore implements KeyvLike {
  readonly map = new Map<string, unknown>();
  writes: string[] = [];
  /** What a write of which key does beside. */
  onWrite = (_key: string): void => {};

  get(key: string): unknown {
    return this.map.get(key);
  }

  async set(key: string, value: unknown): Promise<boolean> {
    this.onWrite(key);
    this.writes.push(key);
    this.map.set(key, value);
    return true;
  }

  delete(key: string): boolean {
    return this.map.delete(key);
  }
}

/** A Keyv that keeps values as they are. */
function bareKeyv(): Keyv {
  const keyv = new Keyv();
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return keyv;
}

const ABOUT = { ...MADE_UP, version: '1' };

async function all(entries: AsyncIterable<VocabularyEntry>): Promise<VocabularyEntry[]> {
  const found: VocabularyEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

describe('a push', () => {
  it.each([
    ['a Keyv', () => new Keyv()],
    ['a Keyv of bare values', () => bareKeyv()],
    ['a Map', () => new Map<string, unknown>()],
    ['a store of three functions', () => new CountingStore()],
  ])('comes back as it was from %s', async (_, make) => {
    const keyv: KeyvLike = make();
    const entries = madeUp(2_300);
    const manifest = await pushVocabulary(keyv, entries, ABOUT);
    expect(manifest).toMatchObject({ ...ABOUT, words: 2_300, firstIndex: 0, longestWord: 8 });
    expect(await useVersion(keyv, '1')).toEqual(manifest);
    expect(await verifyVocabulary(keyv)).toEqual(manifest);
    expect(await all(readVocabulary(keyv))).toEqual(entries);
  });

  it("keeps a model's vectors bit for bit", async () => {
    const { description, entries, words } = await modelVocabulary(await modelFolder());
    const keyv = new Keyv();
    await pushVocabulary(keyv, entries, { ...description, version: '1' });
    const read = await all(readVocabulary(keyv, { version: '1' }));
    expect(read).toHaveLength(words);
    expect(read.map(({ word, index, int8 }) => ({ word, index, int8 }))).toEqual([...entries]);
  });

  it('keeps words without vectors, numbered as Keras does', async () => {
    const keyv = new Keyv();
    const entries = [1, 2, 3].map((index) => ({ word: `${'w'.repeat(index)}`, index }));
    await pushVocabulary(keyv, entries, { version: 'k', model: 'keras', dimensions: 0, encoding: 'none' });
    expect(await all(readVocabulary(keyv, { version: 'k' }))).toEqual(entries);
  });

  it('has no word in a key, and writes its manifest last', async () => {
    const store = new CountingStore();
    await pushVocabulary(store, madeUp(3), ABOUT);
    expect(store.writes.at(-1)).toBe('toxicity-guard/1:manifest');
    expect(store.writes.filter((key) => key.includes('word1'))).toEqual([]);
    expect(store.writes.filter((key) => /^toxicity-guard\/1:w:[\w-]{22}$/.test(key))).toHaveLength(3);
  });

  it('goes on where it was interrupted', async () => {
    const store = new CountingStore();
    const entries = madeUp(3_500);
    const controller = new AbortController();
    const pushing = pushVocabulary(store, entries, ABOUT, {
      signal: controller.signal,
      onProgress: ({ words }) => words === 2_000 && controller.abort(),
    });
    await expect(pushing).rejects.toThrow(coded('ABORTED'));
    await expect(useVersion(store, '1')).rejects.toThrow(/has no manifest/);
    expect(await listVersions(store)).toEqual([{ version: '1', inUse: false, manifest: null }]);

    store.writes = [];
    const progress: PushProgress[] = [];
    await pushVocabulary(store, entries, ABOUT, { onProgress: (now) => progress.push(now) });
    expect(progress).toEqual([
      { words: 1_000, resumed: 1_000 },
      { words: 2_000, resumed: 2_000 },
      { words: 3_000, resumed: 2_000 },
      { words: 3_500, resumed: 2_000 },
    ]);
    expect(store.writes.filter((key) => key.includes(':w:'))).toHaveLength(1_500);
    await verifyVocabulary(store, { version: '1' });
  });

  it('goes on after the store failed in the middle of a part', async () => {
    const store = new CountingStore();
    let left = 1_500;
    store.onWrite = () => {
      if (left-- === 0) throw new Error('down');
    };
    const entries = madeUp(3_000);
    await expect(pushVocabulary(store, entries, ABOUT)).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
    await pushVocabulary(store, entries, ABOUT);
    await verifyVocabulary(store, { version: '1' });
  });

  it('gives up on a store that does not write', async () => {
    const keyv = new Keyv({
      store: {
        get: () => undefined,
        set: () => Promise.reject(new Error('read only')),
        delete: () => false,
        clear: () => {},
      },
    });
    await expect(pushVocabulary(keyv, madeUp(3), ABOUT)).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
  });

  it('gives up on a store that does not answer', async () => {
    const store = new CountingStore();
    store.get = () => new Promise(() => {});
    const pushing = pushVocabulary(store, madeUp(3), ABOUT, { deadlineMs: 20 });
    await expect(pushing).rejects.toThrow(/did not answer within 20 ms/);
  });

  it('is done when it is repeated, and refused with other words under the same version', async () => {
    const keyv = new Keyv();
    const manifest = await pushVocabulary(keyv, madeUp(1_500), ABOUT);
    expect(await pushVocabulary(keyv, madeUp(1_500), ABOUT)).toEqual(manifest);
    const others = [...madeUp(1_499), { ...madeUp(1)[0]!, word: 'other', index: 1_499 }];
    await expect(pushVocabulary(keyv, others, ABOUT)).rejects.toThrow(/begun with other words/);
    await expect(pushVocabulary(keyv, madeUp(1_000), ABOUT)).rejects.toThrow(/holds something else/);
    const elsewhere = { ...ABOUT, model: 'another' };
    await expect(pushVocabulary(keyv, madeUp(1_500), elsewhere)).rejects.toThrow(/holds something else/);
    expect(await verifyVocabulary(keyv, { version: '1' })).toEqual(manifest);
  });

  it('never has more than a part of the words in memory', async () => {
    const store = new CountingStore();
    let given = 0;
    let most = 0;
    store.onWrite = (key) => {
      if (key.includes(':w:')) most = Math.max(most, given - store.writes.length);
    };
    function* entries() {
      for (const entry of madeUp(5_000)) {
        given++;
        yield entry;
      }
    }
    await pushVocabulary(store, entries(), ABOUT);
    expect(most).toBeLessThanOrEqual(1_000);
  });

  it.each<[string, VocabularyEntry[], RegExp]>([
    ['no words', [], /at least one word/],
    ['a gap', [...madeUp(2), ...madeUp(1, 5)], /index 2 next, got `5`/],
    ['an empty word', [{ ...madeUp(1)[0]!, word: '' }], /index 0 to be 1 to 65535 bytes/],
    ['no vector', [{ word: 'a', index: 0 }], /index 0 to have a vector of 2 finite numbers/],
    ['a short vector', [{ word: 'a', index: 0, vector: Float32Array.of(1) }], /vector of 2/],
    ['a vector of NaN', [{ word: 'a', index: 0, vector: Float32Array.of(1, Number.NaN) }], /finite/],
  ])('refuses %s', async (_, entries, message) => {
    await expect(pushVocabulary(new Keyv(), entries, ABOUT)).rejects.toThrow(message);
    await expect(pushVocabulary(new Keyv(), entries, ABOUT)).rejects.toThrow(TypeError);
  });

  it.each<[object, object, RegExp]>([
    [{ ...ABOUT, version: 'a:b' }, {}, /`description.version` to be 1 to 100 letters/],
    [{ ...ABOUT, version: undefined }, {}, /`description.version` to be set/],
    [{ ...ABOUT, encoding: 'int4' }, {}, /`description.encoding` to be 'int8'/],
    [{ ...ABOUT, dimensions: 0 }, {}, /`description.dimensions` to fit/],
    [ABOUT, { concurency: 3 }, /Did you mean `concurrency`/],
  ])('refuses the description %j with %j', async (description, options, message) => {
    const pushing = pushVocabulary(new Keyv(), madeUp(1), description as never, options as never);
    await expect(pushing).rejects.toThrow(message);
  });
});

describe('versions', () => {
  it('are listed, put in use and removed, and nothing else in the store is touched', async () => {
    const keyv = new Keyv();
    await keyv.set('mine', 'stays');
    await pushVocabulary(keyv, madeUp(1_200), ABOUT);
    await pushVocabulary(keyv, madeUp(1_200, 1), { ...ABOUT, version: '10' });
    await useVersion(keyv, '1');
    const listed = await listVersions(keyv);
    expect(listed.map(({ version, inUse }) => [version, inUse])).toEqual([
      ['1', true],
      ['10', false],
    ]);
    await expect(removeVersion(keyv, '1')).rejects.toThrow(/is in use/);
    await useVersion(keyv, '10');
    await removeVersion(keyv, '1');
    expect((await listVersions(keyv)).map(({ version }) => version)).toEqual(['10']);
    await verifyVocabulary(keyv);
    const keys = [...(keyv.store as Map<string, unknown>).keys()];
    expect(keys.filter((key) => key.includes('/1:'))).toEqual([]);
    expect(await keyv.get('mine')).toBe('stays');
    await expect(removeVersion(keyv, '1')).rejects.toThrow(/is not there/);
  });

  it('are removed when they are not finished', async () => {
    const store = new CountingStore();
    store.onWrite = () => {
      if (store.writes.length === 1_700) throw new Error('down');
    };
    await expect(pushVocabulary(store, madeUp(3_000), ABOUT)).rejects.toThrow(
      coded('VOCABULARY_UNAVAILABLE'),
    );
    store.onWrite = () => {};
    await removeVersion(store, '1');
    expect([...store.map.keys()]).toEqual(['toxicity-guard/versions']);
  });

  it('live apart under prefixes of their own', async () => {
    const keyv = new Keyv();
    await pushVocabulary(keyv, madeUp(2), ABOUT, { prefix: 'a/' });
    await pushVocabulary(keyv, madeUp(3), ABOUT, { prefix: 'b/' });
    await useVersion(keyv, '1', { prefix: 'a/' });
    expect((await verifyVocabulary(keyv, { prefix: 'a/' })).words).toBe(2);
    await expect(verifyVocabulary(keyv, { prefix: 'b/' })).rejects.toThrow(/is not named/);
  });

  const manifestKey = 'toxicity-guard/1:manifest';
  const chunkKey = 'toxicity-guard/1:words:1';
  const entryKey = (store: CountingStore) => store.writes.find((key) => key.includes(':w:')) as string;
  type Damage = (store: CountingStore) => void;
  const change = (key: string, parts: object): Damage => {
    return ({ map }) => map.set(key, { ...(map.get(key) as object), ...parts });
  };

  it.each<[string, Damage, RegExp]>([
    ['its manifest is missing', ({ map }) => map.delete(manifestKey), /has no manifest/],
    [
      'its manifest is of something else',
      ({ map }) => map.set(manifestKey, 'x'),
      /not of a toxicity-guard-voc/,
    ],
    ['its manifest is of another format', change(manifestKey, { formatVersion: 2 }), /format version/],
    ['it says more words', change(manifestKey, { words: 1_900 }), /words in part 1/],
    ['it says another part', change(manifestKey, { words: 2_500 }), /words in part 1/],
    ['it has another checksum', change(manifestKey, { checksum: 'f'.repeat(64) }), /checksum/],
    ['it has no count', change(manifestKey, { words: 'many' }), /proper `words`/],
    ['it is of another version', change(manifestKey, { version: '2' }), /proper `version`/],
    ['a part is missing', ({ map }) => map.delete(chunkKey), /lacks part 1/],
    ['a part is not finished', change(chunkKey, { done: false }), /lacks part 1/],
    [
      'a part is of other words',
      change(chunkKey, { words: madeUp(800, 1).map(({ word }) => word) }),
      /checksum/,
    ],
    ['its first entry is missing', (store) => store.map.delete(entryKey(store)), /lost entries/],
    ['its first entry is a string', (store) => store.map.set(entryKey(store), 'x'), /wrong type/],
  ])('are not put in use where %s', async (_, damage, message) => {
    const store = new CountingStore();
    await pushVocabulary(store, madeUp(1_800), ABOUT);
    damage(store);
    await expect(useVersion(store, '1')).rejects.toThrow(message);
    await expect(useVersion(store, '1')).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
    expect(store.map.has('toxicity-guard/current')).toBe(false);
  });

  it('show any entry that is missing, damaged or exchanged when they are verified', async () => {
    const store = new CountingStore();
    await pushVocabulary(store, madeUp(50), ABOUT);
    const keys = store.writes.filter((key) => key.includes(':w:'));
    const whole = new Map(store.map);
    for (const [at, key] of keys.entries()) {
      const other = whole.get(keys[(at + 1) % keys.length] as string);
      for (const value of [undefined, Buffer.alloc(0), other, 7]) {
        store.map.set(key, value);
        await expect(verifyVocabulary(store, { version: '1' })).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
      }
      store.map.set(key, whole.get(key));
    }
    await verifyVocabulary(store, { version: '1' });
  });
});
