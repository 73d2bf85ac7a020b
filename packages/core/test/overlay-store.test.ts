import diagnostics_channel from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import Keyv from 'keyv';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Classifier } from '../src/classifier/classification.js';
import type { OverlayEntry } from '../src/overlay/entry.js';
import { type KeyvOverlayOptions, keyvOverlay } from '../src/overlay/keyv-overlay.js';
import type { Overlay } from '../src/overlay/overlay.js';
import { OVERLAY_CHANNEL, type OverlayMessage } from '../src/overlay/report.js';
import { withOverlay } from '../src/overlay/with-overlay.js';
import type { KeyvLike } from '../src/vocabulary/keyv-like.js';
import { wordClassifier } from './guard-classifier.js';

/** A Map that can be told to fail. */
class FaultyMap extends Map<string, unknown> {
  fault: 'none' | 'throws' | 'hangs' = 'none';
  /** How often it was read. */
  reads = 0;
  onRead: () => void = () => undefined;

  override get(key: string): unknown {
    this.reads++;
    this.onRead();
    return this.#fail() ?? super.get(key);
  }
  override has(key: string): boolean {
    return (this.#fail() ?? super.has(key)) as boolean;
  }
  override set(key: string, value: unknown): this {
    return (this.#fail() ?? super.set(key, value)) as this;
  }
  #fail(): Promise<never> | undefined {
    if (this.fault === 'throws') throw new Error('the store is down: goose');
    return this.fault === 'hangs' ? new Promise(() => {}) : undefined;
  }
}

let prefixes = 0;
const nextPrefix = (): string => `test-${++prefixes}/`;
const deny = (phrase: string, community?: string): OverlayEntry => ({ phrase, action: 'deny', community });

interface SetUp {
  readonly overlay: Overlay;
  readonly classifier: Classifier;
  readonly prefix: string;
  isDenied(text: string, community?: string): Promise<boolean>;
}

/** An overlay of its own over a store, as every process has one. */
function setUp(keyv: KeyvLike, options: KeyvOverlayOptions = {}): SetUp {
  const prefix = options.prefix ?? nextPrefix();
  const overlay = keyvOverlay(keyv, { refreshMs: 5, deadlineMs: 200, ...options, prefix });
  onTestFinished(() => overlay.close());
  const classifier = withOverlay(wordClassifier(), overlay);
  return {
    overlay,
    classifier,
    prefix,
    isDenied: async (text, community) => {
      const { scores } = await classifier.classify(text, community === undefined ? {} : { community });
      return scores.toxic === 1;
    },
  };
}

const keyvOf = (store: Map<string, unknown>): Keyv => new Keyv({ store });

const heard: OverlayMessage[] = [];
const waiting: (() => void)[] = [];
diagnostics_channel.subscribe(OVERLAY_CHANNEL, (message) => {
  heard.push(message as OverlayMessage);
  for (const wake of waiting.splice(0)) wake();
});

/** Resolves when something holds, looked at anew whenever an overlay tells of something. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (;;) {
    const { length } = heard;
    if (await holds()) return;
    if (heard.length === length) await new Promise<void>((wake) => waiting.push(wake));
  }
}

const failureOf = (prefix: string): OverlayMessage | undefined =>
  heard.find((message) => message.prefix === prefix && message.event === 'failed');

/** Resolves when the store has been read so often again. */
async function afterReads(store: FaultyMap, count: number): Promise<void> {
  const aim = store.reads + count;
  while (store.reads < aim) {
    await new Promise<void>((resolve) => {
      store.onRead = resolve;
    });
  }
}

const warnings: string[] = [];
const hear = (warning: Error): void => void warnings.push(warning.message);
process.on('warning', hear);
afterEach(() => {
  warnings.length = 0;
});

describe('phrases in a Keyv', () => {
  it('are added, found, listed and removed', async () => {
    const { overlay, isDenied } = setUp(keyvOf(new Map()));
    expect(await isDenied('a goose')).toBe(false);
    await overlay.add([
      deny('Goose'),
      deny('stone', 'masons'),
      { phrase: 'goose', action: 'allow', community: 'farm' },
    ]);
    expect(await isDenied('a g00se')).toBe(true);
    expect(await isDenied('a stone')).toBe(false);
    expect(await isDenied('a stone', 'masons')).toBe(true);
    expect(await isDenied('a goose', 'farm')).toBe(false);
    expect(await overlay.list()).toEqual([{ phrase: 'Goose', action: 'deny' }]);
    expect(await overlay.list('farm')).toEqual([{ phrase: 'goose', action: 'allow', community: 'farm' }]);
    expect(await overlay.list('nobody')).toEqual([]);
    await overlay.remove([deny('GOOSE')]);
    expect(await isDenied('a goose')).toBe(false);
    expect(await overlay.list()).toEqual([]);
  });

  it.each([
    ['a Map', () => new Map<string, unknown>()],
    ['a Keyv with a namespace', () => new Keyv({ store: new Map(), namespace: 'site' })],
    [
      'functions around a database',
      () => {
        const rows = new Map<string, string>();
        return {
          get: async (key: string) => JSON.parse(rows.get(key) ?? 'null') as unknown,
          set: async (key: string, value: unknown) => void rows.set(key, JSON.stringify(value)),
          delete: async (key: string) => rows.delete(key),
        };
      },
    ],
  ])('may be in %s', async (_, make) => {
    const store = make() as KeyvLike;
    const one = setUp(store);
    await one.overlay.add([deny('goose'), deny('stone', 'masons')]);
    const other = setUp(store, { prefix: one.prefix });
    expect(await other.isDenied('goose stone')).toBe(true);
    expect(await other.isDenied('stone')).toBe(false);
    expect(await other.isDenied('stone', 'masons')).toBe(true);
  });

  it('are taken up by every other process, in the background', async () => {
    const store = new FaultyMap();
    const one = setUp(keyvOf(store));
    const other = setUp(keyvOf(store), { prefix: one.prefix });
    expect(await other.isDenied('goose stone', 'masons')).toBe(false);
    await one.overlay.add([deny('goose'), deny('stone', 'masons')]);
    await until(() => other.isDenied('goose'));
    await until(() => other.isDenied('stone', 'masons'));
    await one.overlay.remove([deny('goose')]);
    await until(async () => !(await other.isDenied('goose')));
    expect(await other.isDenied('stone', 'masons')).toBe(true);
  });

  it('are not read on the way of a text once they are there', async () => {
    const store = new FaultyMap();
    const { overlay, isDenied } = setUp(keyvOf(store), { refreshMs: 60_000 });
    await overlay.add([deny('goose'), deny('stone', 'masons')]);
    expect(await isDenied('stone', 'masons')).toBe(true);
    store.reads = 0;
    for (let text = 0; text < 20; text++) await isDenied('stone goose', 'masons');
    expect(store.reads).toBe(0);
  });

  it('keep to their own keys, whatever a community is called', async () => {
    const store = new Map<string, unknown>();
    const keyv = keyvOf(store);
    const { overlay, isDenied, prefix } = setUp(keyv);
    await keyv.set(`${prefix}other`, 'mine');
    const names = [
      '',
      '/../site',
      'site',
      'revision',
      `${prefix}other`,
      'a:b',
      '__proto__',
      'constructor',
      '*',
      'é',
      '💙',
    ];
    for (const name of names.slice(1)) await overlay.add([deny(`stone${names.indexOf(name)}`, name)]);
    for (const name of names.slice(1)) {
      expect(await overlay.list(name)).toEqual([deny(`stone${names.indexOf(name)}`, name)]);
      expect(await isDenied(`stone${names.indexOf(name)}`, name)).toBe(true);
    }
    expect(await overlay.list()).toEqual([]);
    expect(await keyv.get(`${prefix}other`)).toBe('mine');
    for (const key of store.keys())
      expect(key).toMatch(/(overlay\/(revision|site|community\/[\w-]{22})|other)$/);
    expect(store.size).toBe(names.length - 1 + 2);
  });

  it('of no more communities than are wanted stay in memory', async () => {
    const store = new FaultyMap();
    const { overlay, isDenied } = setUp(keyvOf(store), { maxCommunities: 2, refreshMs: 60_000 });
    await overlay.add(['a', 'b', 'c'].map((name) => deny(`stone${name}`, name)));
    for (const name of ['a', 'b', 'a', 'c']) expect(await isDenied(`stone${name}`, name)).toBe(true);
    store.reads = 0;
    expect(await isDenied('stonea', 'a')).toBe(true);
    expect(store.reads).toBe(0);
    expect(await isDenied('stoneb', 'b')).toBe(true);
    expect(store.reads).toBeGreaterThan(0);
  });

  it('are all kept where several write at once', async () => {
    const store = new Map<string, unknown>();
    // As slow as a database, so that writers do read what others are about to overwrite.
    const slow: KeyvLike = {
      get: async (key: string) => {
        const value = store.get(key);
        await new Promise(setImmediate);
        return value;
      },
      set: async (key: string, value: unknown) => {
        await new Promise(setImmediate);
        store.set(key, value);
      },
      delete: async (key: string) => store.delete(key),
    };
    const one = setUp(slow);
    const others = [1, 2].map(() => setUp(slow, { prefix: one.prefix }));
    const writers = [one, ...others];
    await Promise.all(
      writers.flatMap(({ overlay }, writer) =>
        Array.from({ length: 10 }, (_, at) => overlay.add([deny(`stone${writer}x${at}`)])),
      ),
    );
    const all = async (): Promise<string[]> => (await one.overlay.list()).map(({ phrase }) => phrase);
    // A change that was overwritten behind its back is made again at a look of its writer.
    await until(async () => (await all()).length === 30);
    expect(new Set(await all()).size).toBe(30);
  });

  it('are at most 20,000 in a list', async () => {
    const { overlay } = setUp(keyvOf(new Map()));
    const many = Array.from({ length: 20_001 }, (_, at) => deny(`stone${at}`));
    await expect(overlay.add(many)).rejects.toThrow('at most 20000 phrases');
    expect(await overlay.list()).toEqual([]);
  });

  it('are closed with the overlay, and the store is not', async () => {
    const keyv = keyvOf(new Map());
    const { overlay, classifier } = setUp(keyv);
    await overlay.add([deny('goose')]);
    await overlay.close();
    await overlay.close();
    await expect(classifier.classify('goose')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(overlay.add([])).rejects.toMatchObject({ code: 'CLOSED' });
    await keyv.set('still', 'there');
    expect(await keyv.get('still')).toBe('there');
  });
});

describe('a store that fails', () => {
  it.each(['throws', 'hangs'] as const)(
    'and %s from the start keeps texts from being judged',
    async (fault) => {
      const store = new FaultyMap();
      store.fault = fault;
      const { overlay, classifier, isDenied } = setUp(keyvOf(store), { deadlineMs: 20 });
      await expect(classifier.ready()).rejects.toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
      for (const community of [undefined, 'masons']) {
        const error = await isDenied('a secret stone', community).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
        expect(inspect(error, { depth: 10 })).not.toMatch(/secret|stone|goose|masons/);
      }
      await expect(overlay.add([deny('stone')])).rejects.toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
      await expect(overlay.list()).rejects.toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
      store.fault = 'none';
      await until(() =>
        classifier.ready().then(
          () => true,
          () => false,
        ),
      );
      expect(await isDenied('a secret stone')).toBe(false);
    },
  );

  it('is asked once for many texts, and not again before the next look', async () => {
    const store = new FaultyMap();
    store.fault = 'throws';
    const { classifier } = setUp(keyvOf(store), { refreshMs: 60_000 });
    const judged = await Promise.allSettled(Array.from({ length: 50 }, () => classifier.classify('stone')));
    expect(judged.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(classifier.classify('stone')).rejects.toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
    // For the list, and whether there truly is none.
    expect(store.reads).toBe(2);
  });

  it('lets texts be judged without it where it may, and says so', async () => {
    const store = new FaultyMap();
    const one = setUp(keyvOf(store));
    await one.overlay.add([deny('goose'), deny('stone', 'masons')]);
    const { classifier } = setUp(keyvOf(store), { prefix: one.prefix, onUnavailable: 'degrade' });
    store.fault = 'throws';
    expect(await classifier.classify('goose')).toMatchObject({ scores: { toxic: 0 }, degraded: true });
    store.fault = 'none';
    await until(async () => (await classifier.classify('goose')).degraded !== true);
    expect(await classifier.classify('goose')).not.toHaveProperty('degraded');
    store.fault = 'throws';
    const partly = await classifier.classify('goose stone', { community: 'masons', spans: true });
    expect(partly).toMatchObject({ scores: { toxic: 1 }, spans: [[0, 5]], degraded: true });
  });

  it('leaves in use what was read last, warns once, and is taken up again', async () => {
    const store = new FaultyMap();
    const { overlay, isDenied, prefix } = setUp(keyvOf(store));
    await overlay.add([deny('goose')]);
    expect(await isDenied('goose')).toBe(true);
    store.fault = 'throws';
    await until(() => failureOf(prefix) !== undefined);
    expect(failureOf(prefix)).toEqual({
      event: 'failed',
      prefix,
      community: null,
      code: 'VOCABULARY_UNAVAILABLE',
    });
    expect(await isDenied('goose')).toBe(true);
    await expect(isDenied('goose', 'never read')).rejects.toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
    await afterReads(store, 3);
    expect(
      warnings.filter((warning) => warning.includes('stays in use (VOCABULARY_UNAVAILABLE)')),
    ).toHaveLength(1);
    expect(warnings.join()).not.toContain('goose');
    store.fault = 'none';
    const other = setUp(keyvOf(store), { prefix });
    await other.overlay.add([deny('stone')]);
    await until(() => isDenied('stone'));
    expect(await isDenied('goose')).toBe(true);
  });

  it('by not writing is told to the writer', async () => {
    const store = new Map<string, unknown>();
    const mute = { get: (key: string) => store.get(key), set: () => false, delete: () => true };
    const { overlay } = setUp(mute);
    await expect(overlay.add([deny('goose')])).rejects.toMatchObject({ code: 'VOCABULARY_UNAVAILABLE' });
    const forgetful = setUp({ get: () => undefined, set: () => true, delete: () => true });
    await expect(forgetful.overlay.add([deny('goose')])).rejects.toMatchObject({
      code: 'VOCABULARY_UNAVAILABLE',
    });
  });
});

describe('a damaged list', () => {
  const whole = {
    format: 'toxicity-guard-overlay',
    formatVersion: 1,
    community: null,
    revision: 'a',
    changes: [],
    entries: [deny('goose')],
  };
  const damages: [name: string, value: unknown][] = [
    ['a string', 'goose'],
    ['an array', ['goose']],
    ['a number', 7],
    ['another format', { ...whole, format: 'goose' }],
    ['another version', { ...whole, formatVersion: 2 }],
    ["another community's", { ...whole, community: 'goose' }],
    ['no revision', { ...whole, revision: null }],
    ['changes that are none', { ...whole, changes: [7] }],
    ['no entries', { ...whole, entries: undefined }],
    ['entries that are none', { ...whole, revision: 'b', entries: ['goose'] }],
    [
      'a phrase that is none',
      { ...whole, revision: 'b', entries: [{ phrase: { goose: 1 }, action: 'deny' }] },
    ],
    ['an action that is none', { ...whole, revision: 'b', entries: [{ phrase: 'goose', action: 'drop' }] }],
    ['nothing', undefined],
  ];

  it.each(damages)('(%s) does not take the place of a whole one', async (_, value) => {
    const keyv = keyvOf(new Map());
    const { isDenied, prefix } = setUp(keyv);
    const writer = setUp(keyv, { prefix });
    await writer.overlay.add([deny('goose')]);
    // Or it would look after its change, and make it again.
    await writer.overlay.close();
    expect(await isDenied('goose')).toBe(true);
    if (value === undefined) await keyv.delete(`${prefix}overlay/site`);
    else await keyv.set(`${prefix}overlay/site`, value);
    await keyv.set(`${prefix}overlay/revision`, 'new');
    await until(() => failureOf(prefix) !== undefined);
    expect(failureOf(prefix)?.code).toBe('VOCABULARY_MISMATCH');
    expect(await isDenied('goose')).toBe(true);
    await keyv.set(`${prefix}overlay/site`, { ...whole, revision: 'c', entries: [deny('stone')] });
    await until(() => isDenied('stone'));
    expect(await isDenied('goose')).toBe(false);
  });

  it.each(damages.slice(0, -1))('(%s) that is the first keeps texts from being judged', async (_, value) => {
    const keyv = keyvOf(new Map());
    const { overlay, classifier, prefix } = setUp(keyv);
    await keyv.set(`${prefix}overlay/site`, value);
    const error = await classifier.classify('a text').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'VOCABULARY_MISMATCH' });
    expect(inspect(error)).not.toContain('goose');
    await expect(overlay.add([deny('stone')])).rejects.toMatchObject({ code: 'VOCABULARY_MISMATCH' });
    await expect(overlay.list()).rejects.toMatchObject({ code: 'VOCABULARY_MISMATCH' });
  });
});

it('keyvOverlay says what is wrong at once', () => {
  expect(() => keyvOverlay(5 as unknown as KeyvLike)).toThrow(TypeError);
  expect(() => keyvOverlay({ get: () => undefined } as unknown as KeyvLike)).toThrow('`keyv.set`');
  expect(() => keyvOverlay(new Map(), { refreshMs: 0 })).toThrow('`refreshMs`');
  expect(() => keyvOverlay(new Map(), { refresh: 5 } as object)).toThrow('Did you mean `refreshMs`?');
});
