import { channel } from 'node:diagnostics_channel';
import Keyv from 'keyv';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { createClassifier } from '../src/classifier/classifier.js';
import { createGuard } from '../src/guard/guard.js';
import type { KeyvLike } from '../src/vocabulary/keyv-like.js';
import { keyvVocabulary } from '../src/vocabulary/keyv-vocabulary.js';
import { pushVocabulary } from '../src/vocabulary/push-vocabulary.js';
import type { VocabularyEntry } from '../src/vocabulary/store.js';
import { useVersion } from '../src/vocabulary/versions.js';
import { type Fault, FaultyStore } from './faulty-store.js';
import { modelFolder, plantedModel, smallModel } from './small-model.js';
import { coded, MADE_UP, made, madeUp, opened, pushModel, told } from './stored-vocabulary.js';

const PLANTED = 'grumble';
const MODES = ['preload', 'onDemand'] as const;

/** A planted model and a store with its vocabulary. */
async function setUp() {
  const folder = await modelFolder(plantedModel([PLANTED]));
  const store = new FaultyStore();
  await pushModel(store, folder);
  store.reads.length = 0;
  return { folder, store };
}

/** Changes nothing but the name under which a vocabulary is kept, and its words. */
async function pushMadeUp(store: KeyvLike, version: string, entries: VocabularyEntry[]): Promise<void> {
  await pushVocabulary(store, entries, { ...MADE_UP, version });
  await useVersion(store, version);
}

describe('keyvVocabulary', () => {
  it.each<[unknown, unknown, RegExp]>([
    [undefined, {}, /`keyv` to be a Keyv, or have its functions, got `undefined`/],
    [{ get() {} }, {}, /`keyv.set` to be a function/],
    [new Map(), { mod: 'preload' }, /Did you mean `mode`\?/],
    [new Map(), { mode: 'lazy' }, /`mode` to be 'preload' or 'onDemand', got `"lazy"`/],
    [new Map(), { version: 'a b' }, /`version` to be 1 to 100 letters/],
    [new Map(), { prefix: '' }, /`prefix` to be a string of 1 to 200/],
    [new Map(), { cacheBytes: -1 }, /`cacheBytes` to be a whole number/],
    [new Map(), { deadlineMs: 0 }, /`deadlineMs` to be a whole number/],
    [new Map(), { breaker: { failure: 3 } }, /Did you mean `failures`\?/],
    [new Map(), { onUnavailable: 'open' }, /`onUnavailable` to be 'fail' or 'degrade'/],
    [new Map(), { refreshMs: '5' }, /`refreshMs` to be a whole number/],
  ])('refuses %j with %j', (keyv, options, message) => {
    expect(() => keyvVocabulary(keyv as never, options as never)).toThrow(message);
    expect(() => keyvVocabulary(keyv as never, options as never)).toThrow(TypeError);
  });

  it('takes a Keyv, a Map, and an object of three functions', () => {
    expectTypeOf<Keyv>().toExtend<KeyvLike>();
    expectTypeOf<Map<string, unknown>>().toExtend<KeyvLike>();
    expectTypeOf<{ get(key: string): string; set(): void; delete(): void }>().toExtend<KeyvLike>();
  });

  it('is the only thing that createClassifier takes for a vocabulary', () => {
    expect(() => createClassifier({ vocabulary: new Map() as never })).toThrow(
      /`vocabulary` to be a vocabulary of keyvVocabulary\(\)/,
    );
  });

  it('reads nothing before it is asked, and hears errors that nobody asked for', async () => {
    const { folder, store } = await setUp();
    const before = store.listeners;
    made({ model: folder, vocabulary: opened(store) });
    expect(store.reads).toEqual([]);
    expect(before).toBe(1);
  });
});

describe('a look-up', () => {
  it.each(MODES)('gives entries in order and undefined for what is not there (%s)', async (mode) => {
    const store = new FaultyStore();
    const entries = madeUp(1_500);
    await pushMadeUp(store, '1', entries);
    const vocabulary = opened(store, { mode });
    const words = ['word7', 'nothing', 'word1499', 'word7', '', 'a\ud83d', 'x'.repeat(1_000)];
    const expected = [entries[7], undefined, entries[1_499], entries[7], undefined, undefined, undefined];
    expect(await vocabulary.getMany(words)).toEqual(expected);
    expect(await vocabulary.lookUp(words)).toEqual({ entries: expected, degraded: false });
    expect(await vocabulary.getMany([])).toEqual([]);
    expect(await vocabulary.manifest()).toMatchObject({ version: '1', words: 1_500 });
  });

  it('asks the store once for all that is not at hand, and never for words that are not in it', async () => {
    const store = new FaultyStore();
    await pushMadeUp(store, '1', madeUp(1_500));
    const vocabulary = opened(store, { mode: 'onDemand' });
    await vocabulary.manifest();
    store.reads.length = 0;
    await vocabulary.getMany(['word1', 'junk', 'word2', 'word1', 'more junk']);
    expect(store.reads.map((keys) => keys.length)).toEqual([2]);
    await vocabulary.getMany(['word2', 'word3', 'word1']);
    expect(store.reads.map((keys) => keys.length)).toEqual([2, 1]);
    await vocabulary.getMany(['word1', 'word2', 'word3', 'junk', 'other junk']);
    expect(store.reads).toHaveLength(2);
  });

  it('goes a few keys at a time to a store that takes one at a time', async () => {
    const map = new Map<string, unknown>();
    await pushMadeUp(map, '1', madeUp(300));
    let underWay = 0;
    let most = 0;
    const store: KeyvLike = {
      async get(key) {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return map.get(key);
      },
      set: () => false,
      delete: () => false,
    };
    const vocabulary = opened(store, { mode: 'onDemand' });
    const words = madeUp(300).map(({ word }) => word);
    expect(await vocabulary.getMany(words)).toEqual(madeUp(300));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('ends when its signal does', async () => {
    const store = new FaultyStore();
    await pushMadeUp(store, '1', madeUp(10));
    const vocabulary = opened(store, { mode: 'onDemand', deadlineMs: 60_000 });
    await vocabulary.manifest();
    store.fault = 'hangs';
    const controller = new AbortController();
    const looking = vocabulary.lookUp(['word1'], controller.signal);
    controller.abort();
    await expect(looking).rejects.toThrow(coded('ABORTED'));
  });

  it('reads all in order', async () => {
    const store = new FaultyStore();
    await pushMadeUp(store, '1', madeUp(1_200));
    const read: VocabularyEntry[] = [];
    for await (const entry of opened(store).readAll()) read.push(entry);
    expect(read).toEqual(madeUp(1_200));
  });

  it('is of the version that the options name, whichever is in use', async () => {
    const store = new FaultyStore();
    await pushMadeUp(store, '1', madeUp(5));
    await pushMadeUp(store, '2', madeUp(7));
    expect((await opened(store, { version: '1' }).manifest()).words).toBe(5);
    expect((await opened(store).manifest()).words).toBe(7);
  });

  it('is written to while a version is not finished, and not after', async () => {
    const store = new FaultyStore();
    const vocabulary = opened(store, { version: '1' });
    await vocabulary.setMany(madeUp(3));
    await pushMadeUp(store, '1', madeUp(3));
    expect(await vocabulary.getMany(['word2'])).toEqual([madeUp(3)[2]]);
    await expect(vocabulary.setMany(madeUp(3))).rejects.toThrow(/is finished/);
    await expect(opened(store).setMany(madeUp(3))).rejects.toThrow(/`version` to be set/);
  });

  it('is refused when the vocabulary is closed, which may be done twice', async () => {
    const { store } = await setUp();
    const vocabulary = keyvVocabulary(store);
    await vocabulary.manifest();
    await vocabulary.close();
    await vocabulary.close();
    await expect(vocabulary.getMany(['a'])).rejects.toThrow(coded('CLOSED'));
    await expect(vocabulary.reload()).rejects.toThrow(coded('CLOSED'));
  });
});

describe('a classifier with a vocabulary in a store', () => {
  it('asks nothing after a preload', async () => {
    const { folder, store } = await setUp();
    const classifier = made({ model: folder, vocabulary: opened(store) });
    await classifier.ready();
    store.reads.length = 0;
    store.fault = 'throws';
    const { scores, degraded } = await classifier.classify(`the river ${PLANTED}`);
    expect(scores.toxic).toBeGreaterThan(0.9);
    expect(degraded).toBe(false);
    expect(store.reads).toEqual([]);
  });

  it('asks once a call on demand, and not at all for what it has', async () => {
    const { folder, store } = await setUp();
    const classifier = made({ model: folder, vocabulary: opened(store, { mode: 'onDemand' }) });
    await classifier.ready();
    store.reads.length = 0;
    const text = `such a kind ${PLANTED}, qwertz ${'river stone '.repeat(300)}`;
    const cold = await classifier.classify(text, { spans: true });
    expect(store.reads.map((keys) => keys.length)).toEqual([6]);
    expect(cold.scores.toxic).toBeGreaterThan(0.5);
    store.fault = 'throws';
    expect(await classifier.classify(text, { spans: true })).toEqual(cold);
    expect(store.reads).toHaveLength(1);
  });

  it('asks once for many texts', async () => {
    const { folder, store } = await setUp();
    const classifier = made({ model: folder, vocabulary: opened(store, { mode: 'onDemand' }) });
    await classifier.ready();
    store.reads.length = 0;
    await classifier.classifyMany(['the river', 'a stone', 'blue house', 'the very blue stone']);
    expect(store.reads.map((keys) => keys.length)).toEqual([7]);
    expect(await classifier.classifyMany([])).toEqual([]);
    // Texts that are long together go in parts.
    await classifier.classifyMany([`${'!'.repeat(60_000)} walk`, `${'!'.repeat(60_000)} talk`]);
    expect(store.reads.slice(1).map((keys) => keys.length)).toEqual([1, 1]);
  });

  it('judges on while many calls share a cache that holds next to nothing', async () => {
    const { folder, store } = await setUp();
    const vocabulary = opened(store, { mode: 'onDemand', cacheBytes: 0 });
    const classifier = made({ model: folder, vocabulary });
    const plain = made({ model: folder });
    const texts = Array.from({ length: 40 }, (_, at) => `the river ${at % 3 ? 'stone' : PLANTED} ${at}`);
    const expected = await Promise.all(texts.map((text) => plain.classify(text)));
    expect(await Promise.all(texts.map((text) => classifier.classify(text)))).toEqual(expected);
  });

  it('is told by a guard', async () => {
    const { folder, store } = await setUp();
    const vocabulary = opened(store, { mode: 'onDemand' });
    const guard = createGuard({ classifier: { model: folder, vocabulary } });
    onTestFinished(() => guard.close());
    const decision = await guard.judge({ body: { comment: `the ${PLANTED} river` } });
    expect(decision).toMatchObject({ action: 'reject', degraded: false });
  });

  it('refuses the vocabulary of another model', async () => {
    const { store } = await setUp();
    const other = await modelFolder(smallModel({ seed: 2 }));
    for (const mode of MODES) {
      const classifier = made({
        model: other,
        vocabulary: opened(store, { mode, onUnavailable: 'degrade' }),
      });
      await expect(classifier.classify('river')).rejects.toThrow(
        /is of the model small@1\+\w+, not of small@1\+/,
      );
      await expect(classifier.ready()).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
    }
  });

  it('refuses a store in which no version is in use', async () => {
    const { folder } = await setUp();
    const classifier = made({ model: folder, vocabulary: opened(new Map()) });
    await expect(classifier.ready()).rejects.toThrow(/is not named: push one/);
  });

  it('leaves the vocabulary open when it is closed, and looks for no more versions', async () => {
    const { folder, store } = await setUp();
    const vocabulary = opened(store, { refreshMs: 5 });
    const classifier = createClassifier({ model: folder, vocabulary });
    await classifier.ready();
    await classifier.close();
    await expect(classifier.classify('river')).rejects.toThrow(coded('CLOSED'));
    const again = made({ model: folder, vocabulary });
    expect((await again.classify('river')).degraded).toBe(false);
    // The look that it began is heard: one goes on for the second.
    await pushModel(store, folder, '2');
    expect((await told('loaded')).version).toBe('2');
  });
});

describe('a store that fails', () => {
  const faults: readonly Fault[] = ['throws', 'hangs', 'hides', 'short'];

  it.each(faults)('at the start is unavailable, and taken up when it is back (%s)', async (fault) => {
    const { folder, store } = await setUp();
    for (const mode of MODES) {
      store.fault = fault;
      const options = { mode, deadlineMs: 30, breaker: { failures: 2, resetMs: 0 } };
      const classifier = made({ model: folder, vocabulary: opened(store, options) });
      await expect(classifier.classify('river')).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
      await expect(classifier.ready()).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
      store.fault = 'none';
      expect((await classifier.classify(`river ${PLANTED}`)).scores.toxic).toBeGreaterThan(0.5);
    }
  });

  it.each(faults)('later fails the calls that need it and no others (%s)', async (fault) => {
    const { folder, store } = await setUp();
    const vocabulary = opened(store, { mode: 'onDemand', deadlineMs: 30, breaker: { failures: 100 } });
    const classifier = made({ model: folder, vocabulary });
    const before = await classifier.classify(`river ${PLANTED}`);
    store.fault = fault;
    await expect(classifier.classify('the stone')).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
    await expect(classifier.classifyMany(['river', 'the stone'])).rejects.toThrow(
      coded('VOCABULARY_UNAVAILABLE'),
    );
    expect(await classifier.classify(`river ${PLANTED}`)).toEqual(before);
    store.fault = 'none';
    expect((await classifier.classify('the stone')).degraded).toBe(false);
  });

  it('makes a guard unavailable under closed, and is let pass under open', async () => {
    const { folder, store } = await setUp();
    store.fault = 'hangs';
    const request = { body: { comment: 'the river' } };
    const decide = async (failure: 'closed' | 'open') => {
      const vocabulary = opened(store, { deadlineMs: 20 });
      const guard = createGuard({ failure, classifier: { model: folder, vocabulary } });
      onTestFinished(() => guard.close());
      return await guard.judge(request);
    };
    const error = { code: 'VOCABULARY_UNAVAILABLE' };
    expect(await decide('closed')).toMatchObject({ action: 'unavailable', status: 503, error });
    expect(await decide('open')).toMatchObject({ action: 'unavailable', status: null, error });
  });

  it('is left alone when it has failed several times, and tried again when the time is up', async () => {
    const { folder, store } = await setUp();
    const options = { mode: 'onDemand', breaker: { failures: 3, resetMs: 60_000 } } as const;
    const vocabulary = opened(store, { ...options, refreshMs: 2 ** 31 - 1 });
    const classifier = made({ model: folder, vocabulary });
    await classifier.ready();
    store.fault = 'throws';
    store.reads.length = 0;
    const opening = told('unavailable');
    for (let call = 0; call < 6; call++) {
      await expect(classifier.classify('the stone')).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
    }
    expect(await opening).toEqual({ event: 'unavailable', version: '1', code: null });
    expect(store.reads).toHaveLength(3);
    store.fault = 'none';
    await expect(classifier.classify('the stone')).rejects.toThrow(/left alone/);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + 60_001);
    const closing = told('available');
    expect((await classifier.classify('the stone')).degraded).toBe(false);
    expect((await closing).event).toBe('available');
  });

  it.each(faults)(
    'degrades where that is asked for: n-grams carry on, and no row of them stays (%s)',
    async (fault) => {
      const { folder, store } = await setUp();
      const options = { mode: 'onDemand', onUnavailable: 'degrade', deadlineMs: 30 } as const;
      const vocabulary = opened(store, { ...options, breaker: { failures: 1, resetMs: 0 } });
      const classifier = made({ model: folder, vocabulary });
      const whole = await made({ model: folder }).classify(`the ${PLANTED}`);
      await classifier.classify('the river');
      store.fault = fault;
      for (let time = 0; time < 2; time++) {
        const { scores, degraded } = await classifier.classify(`the ${PLANTED}`);
        expect(degraded).toBe(true);
        expect(scores.toxic).toBeLessThan(whole.scores.toxic);
        expect(scores.toxic).toBeGreaterThan(0);
        // What is at hand is judged as ever.
        expect((await classifier.classify('river the river')).degraded).toBe(false);
      }
      store.fault = 'none';
      expect(await classifier.classify(`the ${PLANTED}`)).toEqual(whole);
      store.fault = fault;
      expect(await classifier.classify(`${PLANTED} the`)).toMatchObject({ degraded: false });
      // Beside a word that is not at hand, too.
      const beside = await classifier.classify(`${PLANTED} stone`);
      expect(beside.degraded).toBe(true);
      expect(beside.scores.toxic).toBeGreaterThan(0.5);
    },
  );

  it.each(faults)(
    'at the start lets the words of the folder stand in, until it is back (%s)',
    async (fault) => {
      const { folder, store } = await setUp();
      for (const mode of MODES) {
        store.fault = fault;
        const breaker = { failures: 1, resetMs: 5 };
        const vocabulary = opened(store, { mode, onUnavailable: 'degrade', deadlineMs: 30, breaker });
        const guard = createGuard({ classifier: { model: folder, vocabulary } });
        onTestFinished(() => guard.close());
        const request = { body: { comment: `the ${PLANTED}` } };
        expect(await guard.judge(request)).toMatchObject({ action: 'reject', degraded: true });
        const back = told('loaded');
        store.fault = 'none';
        await back;
        expect(await guard.judge(request)).toMatchObject({ action: 'reject', degraded: false });
      }
    },
  );

  it('degrades a look-up, but no getMany', async () => {
    const store = new FaultyStore();
    await pushMadeUp(store, '1', madeUp(10));
    const vocabulary = opened(store, { mode: 'onDemand', onUnavailable: 'degrade', deadlineMs: 30 });
    const [word0] = await vocabulary.getMany(['word0']);
    store.fault = 'hangs';
    expect(await vocabulary.lookUp(['word0', 'word5'])).toEqual({
      entries: [word0, undefined],
      degraded: true,
    });
    await expect(vocabulary.getMany(['word0', 'word5'])).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
    const cold = opened(store, { mode: 'onDemand', onUnavailable: 'degrade', deadlineMs: 30 });
    expect(await cold.lookUp(['word0'])).toEqual({ entries: [undefined], degraded: true });
  });

  it('is not believed when it has lost or changed a word of its list', async () => {
    const { folder, store } = await setUp();
    const entries = [...store.map.keys()].filter((key) => key.includes(':w:'));
    for (const value of [undefined, 'x', Buffer.alloc(40), store.map.get(entries[0] as string)]) {
      const vocabulary = opened(store, { mode: 'onDemand', breaker: { failures: 1 } });
      const classifier = made({ model: folder, vocabulary });
      await classifier.classify('the river');
      // Word 8 of the list, which no sample is.
      const [key, kept] = [entries[8] as string, store.map.get(entries[8] as string)];
      store.map.set(key, value);
      if (value === undefined) store.map.delete(key);
      await expect(classifier.classify('a stone')).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
      // The store does answer: it is not left alone.
      store.map.set(key, kept);
      expect((await classifier.classify('a stone')).degraded).toBe(false);
      await expect(made({ model: folder, vocabulary: opened(store) }).ready()).resolves.toBeDefined();
    }
  });

  it('is found out when a Keyv hides that a read failed', async () => {
    const folder = await modelFolder(plantedModel([PLANTED]));
    const map = new Map<string, unknown>();
    let down = false;
    // An adapter without getMany, whose failed reads Keyv 5 answers as `undefined`.
    const adapter = {
      get: async (key: string) => (down ? Promise.reject(new Error('down')) : map.get(key)),
      set: (key: string, value: unknown) => map.set(key, value),
      delete: (key: string) => map.delete(key),
      has: async (key: string) => (down ? Promise.reject(new Error('down')) : map.has(key)),
      clear: () => {},
    };
    const keyv = new Keyv({ store: adapter });
    await pushModel(keyv, folder);
    const classifier = made({ model: folder, vocabulary: opened(keyv, { mode: 'onDemand' }) });
    await classifier.ready();
    down = true;
    await expect(classifier.classify('the river')).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
    const cold = made({ model: folder, vocabulary: opened(keyv) });
    await expect(cold.ready()).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
  });
});

describe('a change of version', () => {
  const changed = (word: string): VocabularyEntry[] =>
    madeUp(3).map((entry) => ({ ...entry, word: word + entry.index }));

  it.each(MODES)('is taken up by reload() and by looking now and then (%s)', async (mode) => {
    const store = new FaultyStore();
    await pushMadeUp(store, '1', changed('a'));
    const vocabulary = opened(store, { mode, refreshMs: 5 });
    expect(await vocabulary.getMany(['a1', 'b1'])).toEqual([
      expect.objectContaining({ index: 1 }),
      undefined,
    ]);
    const loaded = told('loaded');
    await pushMadeUp(store, '2', changed('b'));
    expect(await loaded).toEqual({ event: 'loaded', version: '2', code: null });
    expect(await vocabulary.getMany(['a1', 'b1'])).toEqual([
      undefined,
      expect.objectContaining({ index: 1 }),
    ]);
    const slow = opened(store, { mode });
    await slow.manifest();
    await pushMadeUp(store, '3', changed('c'));
    expect((await slow.reload()).version).toBe('3');
    expect((await slow.getMany(['c2']))[0]?.index).toBe(2);
  });

  it('neither refuses nor delays a call while the new one is loaded', async () => {
    const { folder, store } = await setUp();
    const vocabulary = opened(store, { mode: 'onDemand' });
    const classifier = made({ model: folder, vocabulary });
    const before = await classifier.classify(`the ${PLANTED}`);
    await pushModel(store, folder, '2');
    // The new version's list never comes; calls go on.
    const getMany = store.getMany.bind(store);
    let arrive = (): void => {};
    const held = new Promise<void>((resolve) => (arrive = resolve));
    store.getMany = async (keys) => {
      if (keys.some((key) => key.includes('/2:words'))) await held;
      return await getMany(keys);
    };
    const reloading = vocabulary.reload();
    expect(await classifier.classify(`the ${PLANTED}`)).toEqual(before);
    expect((await classifier.classify('such a stone')).degraded).toBe(false);
    expect((await vocabulary.manifest()).version).toBe('1');
    arrive();
    expect((await reloading).version).toBe('2');
    expect(await classifier.classify(`the ${PLANTED}`)).toEqual(before);
  });

  it('is one for all calls at once: each sees one version or the other', async () => {
    const { folder, store } = await setUp();
    const classifier = made({ model: folder, vocabulary: opened(store, { mode: 'onDemand' }) });
    const text = `the ${PLANTED} river`;
    const before = await classifier.classify(text);
    // The same model with the planted word's vector taken from it.
    await pushChanged(store, folder, '2');
    const vocabulary = opened(store, { mode: 'onDemand' });
    const swapping = made({ model: folder, vocabulary });
    const after = await swapping.classify(text);
    expect(after.scores.toxic).toBeLessThan(before.scores.toxic);
    const seen = new Set<number>();
    await useVersion(store, '1');
    const calls = Array.from({ length: 200 }, async (_, at) => {
      if (at === 60) await vocabulary.reload();
      for (let turn = 0; turn < at % 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      seen.add((await swapping.classify(text)).scores.toxic);
    });
    await Promise.all(calls);
    expect([...seen].sort()).toEqual([after.scores.toxic, before.scores.toxic].sort());
  });

  it('leaves the old version in use where the new one is bad, and says so once', async () => {
    const { folder, store } = await setUp();
    const vocabulary = opened(store, { refreshMs: 5 });
    const classifier = made({ model: folder, vocabulary });
    const before = await classifier.classify(`the ${PLANTED}`);
    const warnings: string[] = [];
    const warn = (warning: Error): void => {
      if (warning.name === 'ToxicityGuardWarning') warnings.push(warning.message);
    };
    process.on('warning', warn);
    onTestFinished(() => void process.off('warning', warn));
    const messages: unknown[] = [];
    const hear = (message: unknown): void => void messages.push(message);
    channel('toxicity-guard:vocabulary').subscribe(hear);
    onTestFinished(() => void channel('toxicity-guard:vocabulary').unsubscribe(hear));

    const refused = told('refused');
    await pushModel(store, await modelFolder(smallModel({ seed: 5 })), 'foreign');
    await refused;
    // It is looked at again and again, which is not told again.
    const looks = () => store.reads.flat().filter((key) => key.endsWith('foreign:manifest')).length;
    const first = looks();
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(first + 3));
    expect(await classifier.classify(`the ${PLANTED}`)).toEqual(before);
    await expect(vocabulary.reload()).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
    expect((await vocabulary.manifest()).version).toBe('1');
    expect(warnings).toEqual([
      expect.stringMatching(/foreign.* is of the model .* The version 1 stays in use\./),
    ]);
    expect(messages).toEqual([{ event: 'refused', version: 'foreign', code: 'VOCABULARY_MISMATCH' }]);
    await pushModel(store, folder, '2');
    expect((await vocabulary.reload()).version).toBe('2');
  });

  it('leaves the old version in use where the store fails meanwhile', async () => {
    const { folder, store } = await setUp();
    const vocabulary = opened(store, { deadlineMs: 30 });
    const classifier = made({ model: folder, vocabulary });
    await classifier.ready();
    await pushModel(store, folder, '2');
    store.fault = 'hangs';
    await expect(vocabulary.reload()).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
    expect((await classifier.classify('river')).degraded).toBe(false);
    store.fault = 'none';
    expect((await vocabulary.reload()).version).toBe('2');
  });
});

/** Pushes a model's vocabulary with the planted word's vector taken from it. */
async function pushChanged(store: KeyvLike, folder: string, version: string): Promise<void> {
  const { modelVocabulary } = await import('../src/model/vocabulary.js');
  const { description, entries } = await modelVocabulary(folder);
  const other = [...entries].map((entry) =>
    entry.word === PLANTED ? { ...entry, int8: { values: new Int8Array(8), scale: 0 } } : entry,
  );
  await pushVocabulary(store, other, { ...description, version });
  await useVersion(store, version);
}
