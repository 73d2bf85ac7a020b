import { EventEmitter } from 'node:events';
import {
  createClassifier,
  type KeyvLike,
  type KeyvVocabularyOptions,
  keyvVocabulary,
  useVersion,
} from '@toxicity-guard/core';
import Keyv from 'keyv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { coded } from '../entries.js';
import { heardBy } from '../heard.js';
import { PLANTED, plantedFolder, pushModel } from '../models.js';
import { DEADLINE_MS, FAULTS, type Fault } from './faults.js';
import { HostileStore, WRAPPINGS } from './hostile-store.js';

const TOXIC = `the ${PLANTED} river`;

async function setUp(wrap: (store: HostileStore) => KeyvLike) {
  const model = await plantedFolder();
  const store = new HostileStore();
  const keyv = wrap(store);
  await pushModel(keyv, model, '1');
  const open = (options: KeyvVocabularyOptions) => {
    const breaker = { failures: 2, resetMs: 0 };
    const vocabulary = keyvVocabulary(keyv, { deadlineMs: DEADLINE_MS, breaker, ...options });
    const classifier = createClassifier({ model, vocabulary });
    onTestFinished(() => classifier.close());
    onTestFinished(() => vocabulary.close());
    return classifier;
  };
  return { model, store, keyv, open };
}

/** An outage, or damage where the store seems to answer. */
function expectDeclared(error: unknown, { seemsToAnswer }: Fault): void {
  const codes = ['VOCABULARY_UNAVAILABLE', ...(seemsToAnswer ? ['VOCABULARY_MISMATCH'] : [])];
  expect(error).toMatchObject({ name: 'ToxicityGuardError', code: expect.toBeOneOf(codes) });
}

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable('It was answered.'),
    (error: unknown) => error,
  );

describe.each(WRAPPINGS)('a store %s that', (_, wrap) => {
  describe.each(FAULTS.map((fault) => [fault.does, fault] as const))('%s', (_does, fault) => {
    it('at the start fails the call, and works when it is back', async () => {
      const unheard = await heardBy(async () => {
        const { store, open } = await setUp(wrap);
        for (const mode of ['preload', 'onDemand'] as const) {
          store.fault = fault;
          const classifier = open({ mode });
          expectDeclared(await reasonOf(classifier.classify(TOXIC)), fault);
          expectDeclared(await reasonOf(classifier.ready()), fault);
          store.fault = undefined;
          expect((await classifier.classify(TOXIC)).scores.toxic).toBeGreaterThan(0.5);
        }
      });
      expect(unheard).toEqual([]);
    });

    it('later fails the calls that need it and no others, and works when it is back', async () => {
      const unheard = await heardBy(async () => {
        const { store, open } = await setUp(wrap);
        const classifier = open({ mode: 'onDemand' });
        const before = await classifier.classify('the stone');
        store.fault = fault;
        for (let time = 0; time < 4; time++) {
          const calls = [classifier.classify(TOXIC), classifier.classifyMany(['the stone', TOXIC])];
          for (const error of await Promise.all(calls.map(reasonOf))) expectDeclared(error, fault);
          expect(await classifier.classify('the stone')).toEqual(before);
        }
        store.fault = undefined;
        expect((await classifier.classify(TOXIC)).scores.toxic).toBeGreaterThan(0.5);
      });
      expect(unheard).toEqual([]);
    });

    it('degrades where that is chosen, and no verdict of it stays', async () => {
      const unheard = await heardBy(async () => {
        const { store, open } = await setUp(wrap);
        const whole = await open({}).classify(TOXIC);
        const classifier = open({ mode: 'onDemand', onUnavailable: 'degrade' });
        await classifier.ready();
        store.fault = fault;
        expect(await classifier.classify(TOXIC)).toMatchObject({ degraded: true });
        store.fault = undefined;
        expect(await classifier.classify(TOXIC)).toEqual(whole);
        expect(whole.degraded).toBe(false);
      });
      expect(unheard).toEqual([]);
    });
  });
});

describe('a store that is slow and in time', () => {
  it('is waited for', async () => {
    const { store, open } = await setUp((store) => store);
    store.fault = {
      does: 'is slow',
      answer: (values) => new Promise((resolve) => setTimeout(resolve, 20, values)),
    };
    const classifier = open({ mode: 'onDemand', deadlineMs: 60_000 });
    expect(await classifier.classify(TOXIC)).toMatchObject({ degraded: false });
  });
});

describe('a store that has lost half', () => {
  it.each(WRAPPINGS)('is refused, and believed again when it is whole (%s)', async (_, wrap) => {
    const { store, keyv, model, open } = await setUp(wrap);
    const whole = new Map(store.rows);
    const expected = await createClassifier({ model }).classify(TOXIC);
    for (const remainder of [0, 1]) {
      for (const [at, key] of [...whole.keys()].entries()) {
        if (at % 2 === remainder) store.rows.delete(key);
      }
      for (const mode of ['preload', 'onDemand'] as const) {
        await expect(open({ mode }).classify(TOXIC)).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
      }
      await expect(useVersion(keyv, '1')).rejects.toThrow(coded('VOCABULARY_MISMATCH'));
      for (const [key, value] of whole) store.rows.set(key, value);
      expect(await open({}).classify(TOXIC)).toMatchObject({ scores: expected.scores, degraded: false });
    }
  });
});

/** A connection that tells of its errors apart from any call, as those of databases do. */
class TellingStore extends EventEmitter implements KeyvLike {
  readonly inner = new HostileStore();
  get(key: string): unknown {
    return this.inner.get(key);
  }
  getMany(keys: readonly string[]): unknown {
    return this.inner.getMany(keys);
  }
  set(key: string, value: unknown): unknown {
    return this.inner.set(key, value);
  }
  delete(key: string): unknown {
    return this.inner.delete(key);
  }
  clear(): never {
    return this.inner.clear();
  }
  break(): void {
    this.inner.fault = { does: 'throws', answer: () => Promise.reject(new Error('down')) };
    this.emit('error', new Error('The connection broke'));
  }
}

describe('a connection that tells of its errors', () => {
  it.each<[string, boolean, (store: TellingStore) => KeyvLike & EventEmitter]>([
    ['by itself, with a listener', true, (store) => store],
    ['by itself, without a listener', false, (store) => store],
    ['in a Keyv, with a listener', true, (store) => new Keyv({ store }) as Keyv & EventEmitter],
    ['in a Keyv, without a listener', false, (store) => new Keyv({ store }) as Keyv & EventEmitter],
  ])('ends nothing but the calls (%s)', async (_, listens, wrap) => {
    const told: unknown[] = [];
    const unheard = await heardBy(async () => {
      const model = await plantedFolder();
      const store = new TellingStore();
      const keyv = wrap(store);
      if (listens) keyv.on('error', (error: unknown) => told.push(error));
      await pushModel(keyv, model, '1');
      const vocabulary = keyvVocabulary(keyv, { mode: 'onDemand', breaker: { resetMs: 0 } });
      const classifier = createClassifier({ model, vocabulary });
      await classifier.ready();
      for (let time = 0; time < 20; time++) {
        store.break();
        await expect(classifier.classify(TOXIC)).rejects.toThrow(coded('VOCABULARY_UNAVAILABLE'));
      }
      store.inner.fault = undefined;
      expect((await classifier.classify(TOXIC)).scores.toxic).toBeGreaterThan(0.5);
      await classifier.close();
      await vocabulary.close();
    });
    expect(unheard).toEqual([]);
    expect(told.length > 0).toBe(listens);
  });
});
