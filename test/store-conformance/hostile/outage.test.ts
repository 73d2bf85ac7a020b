import { KeyvMongo } from '@keyv/mongo';
import KeyvRedis from '@keyv/redis';
import {
  createClassifier,
  type KeyvVocabulary,
  type KeyvVocabularyOptions,
  keyvVocabulary,
  listVersions,
  pushVocabulary,
  removeVersion,
  useVersion,
  verifyVocabulary,
} from '@toxicity-guard/core';
import Keyv from 'keyv';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { describeWith } from '../../requirements.js';
import { coded, MADE_UP, madeUp, PATIENT } from '../entries.js';
import { heardBy } from '../heard.js';
import { PLANTED, plantedFolder, pushModel } from '../models.js';
import { TcpProxy } from './tcp-proxy.js';

const TOXIC = `the ${PLANTED} river`;
const DOWN = coded('VOCABULARY_UNAVAILABLE');
const LONG = { timeout: 180_000 };
const SETTLING = 60_000;
/** A call that fails waits for it, so it is most of what the cases take. */
const DEADLINE_MS = 1_000;

/** A user's connection to a database. */
interface Connection {
  readonly keyv: Keyv;
  /** Resolves when it can be written to: MongoDB's indexes are then made, which the server here cannot do meanwhile. */
  ready(): Promise<unknown>;
  /** Removes what was written, by other means than ours. */
  empty(): Promise<unknown>;
  close(): Promise<unknown>;
}

describeWith('mongo', 'a MongoDB that dies in mid-run', (url) => {
  outages(url, (address) => {
    const store = new KeyvMongo({ url: address, collection: `outage-${process.pid}` });
    return {
      keyv: new Keyv({ store, namespace: 'toxic' }),
      ready: () => store.connect,
      empty: async () => (await store.connect).store.deleteMany({}),
      close: () => store.disconnect(),
    };
  });
});

describeWith('redis', 'a Redis that dies in mid-run', (url) => {
  const namespace = `outage-${process.pid}`;
  outages(url, (address) => {
    const store = new KeyvRedis(address);
    return {
      keyv: new Keyv({ store, namespace }),
      ready: () => store.getClient(),
      async empty() {
        const client = (await store.getClient()) as {
          keys(pattern: string): Promise<string[]>;
          del(keys: string[]): Promise<number>;
        };
        const keys = await client.keys(`${namespace}*`);
        if (keys.length > 0) await client.del(keys);
      },
      close: () => store.disconnect(true),
    };
  });
});

/** The cases are those of one database, reached through a network that can be cut. */
function outages(url: string, connect: (url: string) => Connection): void {
  let proxy: TcpProxy;
  let direct: Connection;
  let faulty: Connection;

  beforeAll(async () => {
    proxy = new TcpProxy(new URL(url));
    direct = connect(url);
    await direct.ready();
  });
  beforeEach(async () => {
    await proxy.open();
    faulty = connect(proxy.url);
    await faulty.ready();
  });
  afterEach(async () => {
    await proxy.open();
    await faulty.close();
    await proxy.cut();
    await direct.empty();
  }, SETTLING);
  afterAll(() => direct.close());

  const push = (model: string, version: string): Promise<void> => pushModel(direct.keyv, model, version);
  const open = (options: KeyvVocabularyOptions = {}): KeyvVocabulary => {
    const breaker = { failures: 2, resetMs: 0 };
    const all = { mode: 'onDemand', deadlineMs: DEADLINE_MS, breaker, ...options } as const;
    const vocabulary = keyvVocabulary(faulty.keyv, all);
    onTestFinished(() => vocabulary.close());
    return vocabulary;
  };
  /** Waits until the client has noticed that its database is back. */
  const untilBack = (check: () => Promise<unknown>): Promise<unknown> =>
    vi.waitFor(check, { timeout: SETTLING });

  it.each(['cut', 'stall'] as const)(
    'fails calls in time, degrades by choice, and comes back (%s)',
    LONG,
    async (how) => {
      const unheard = await heardBy(async () => {
        const model = await plantedFolder();
        await push(model, '1');
        const classifier = createClassifier({ model, vocabulary: open() });
        const degrading = createClassifier({ model, vocabulary: open({ onUnavailable: 'degrade' }) });
        const known = await classifier.classify('the stone');
        await degrading.classify('the stone');
        await proxy[how]();
        for (let time = 0; time < 3; time++) {
          await expect(classifier.classify(TOXIC)).rejects.toThrow(DOWN);
          expect(await classifier.classify('the stone')).toEqual(known);
          expect(await degrading.classify(TOXIC)).toMatchObject({ degraded: true });
        }
        await expect(createClassifier({ model, vocabulary: open() }).ready()).rejects.toThrow(DOWN);
        await proxy.open();
        for (const one of [classifier, degrading]) {
          await untilBack(async () => expect((await one.classify(TOXIC)).degraded).toBe(false));
          expect((await one.classify(TOXIC)).scores.toxic).toBeGreaterThan(0.5);
          await one.close();
        }
      });
      expect(unheard).toEqual([]);
    },
  );

  it('never takes a push that was cut for a whole one, which then goes on', LONG, async () => {
    const entries = madeUp(300);
    const whole = await pushVocabulary(new Map(), entries, { ...MADE_UP, version: '1' });
    const unheard = await heardBy(async () => {
      let given = 0;
      const cutAt = async function* () {
        for (const entry of entries) {
          if (++given === 200) await proxy.cut();
          yield entry;
        }
      };
      const pushing = pushVocabulary(
        faulty.keyv,
        cutAt(),
        { ...MADE_UP, version: '1' },
        { deadlineMs: DEADLINE_MS },
      );
      await expect(pushing).rejects.toThrow(DOWN);
      await proxy.open();
      const again = () => pushVocabulary(faulty.keyv, entries, { ...MADE_UP, version: '1' }, PATIENT);
      await untilBack(async () => expect(await again()).toEqual(whole));
      expect(await verifyVocabulary(direct.keyv, { ...PATIENT, version: '1' })).toEqual(whole);
    });
    expect(unheard).toEqual([]);
  });

  it('is never looked after as if it were empty', LONG, async () => {
    for (const version of ['1', '2']) {
      await pushVocabulary(direct.keyv, madeUp(20), { ...MADE_UP, version }, PATIENT);
    }
    await useVersion(direct.keyv, '1', PATIENT);
    const unheard = await heardBy(async () => {
      const short = { deadlineMs: DEADLINE_MS };
      await listVersions(faulty.keyv, PATIENT);
      await proxy.cut();
      await expect(listVersions(faulty.keyv, short)).rejects.toThrow(DOWN);
      await expect(removeVersion(faulty.keyv, '1', short)).rejects.toThrow(DOWN);
      await expect(useVersion(faulty.keyv, '2', short)).rejects.toThrow(DOWN);
      await expect(verifyVocabulary(faulty.keyv, short)).rejects.toThrow(DOWN);
      await proxy.open();
    });
    expect(unheard).toEqual([]);
    const listed = await listVersions(direct.keyv, PATIENT);
    expect(listed.map(({ version, inUse }) => [version, inUse])).toEqual([
      ['1', true],
      ['2', false],
    ]);
    await verifyVocabulary(direct.keyv, PATIENT);
  });
}
