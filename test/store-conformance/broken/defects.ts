import { type KeyvLike, type KeyvVocabulary, keyvVocabulary } from '@toxicity-guard/core';
import type { StoreHarness } from '../harness.js';
import { Journal } from '../journal.js';

/** One way to be wrong, and the case that must notice it. */
export interface Defect {
  readonly does: string;
  readonly noticedBy: string;
  /** The store that is wrong. Default: one that is right. */
  readonly rows?: () => Rows;
  /** The vocabulary that is wrong. Default: ours. */
  readonly vocabulary?: typeof keyvVocabulary;
}

const WHOLE = 'what is pushed comes back whole: manifest, words in order, vectors bit for bit';
const VERSIONS = 'versions are listed, put in use and removed, and nothing else is touched';
const RESUMED = 'a push whose store failed in its midst says so, and goes on to the same checksum';
const ROUND_TRIP = 'a call on demand is one round trip, however many words and texts it has';
const AT_HAND = 'what is at hand is answered without the store';
const UNKNOWN = 'words that it does not hold never cost a round trip';
const BOUND = 'no more words are kept than fit in cacheBytes';
const PRELOAD = 'a preload asks for nothing after';
const HALF = 'half a vocabulary, or a damaged list of words, is refused at the start and not put in use';
const LOST = 'an entry that is lost, exchanged or damaged is refused when it is read, and mended it is taken';
const FOREIGN = 'the vocabulary of another model is refused, and so is a store in which none is in use';
const LOAD = 'another version is taken up under load, and not one request is refused';
const APART = 'no word reaches another key or another namespace, whatever it is made of';
const OWN = 'own words lie in the same store, and each leaves the other alone';
const CLOSING = 'closing ends what is ours, and leaves the store open';

/** A store in memory, right as it stands. */
export class Rows implements KeyvLike {
  readonly rows = new Map<string, unknown>();
  async get(key: string): Promise<unknown> {
    return this.rows.get(key);
  }
  async getMany(keys: readonly string[]): Promise<unknown[]> {
    return keys.map((key) => this.rows.get(key));
  }
  async set(key: string, value: unknown): Promise<boolean> {
    this.rows.set(key, value);
    return true;
  }
  async delete(key: string): Promise<boolean> {
    return this.rows.delete(key);
  }
  clear(): void {
    this.rows.clear();
  }
}

/** A harness over a store, right or wrong. */
export function rowsHarness(
  name: string,
  { rows = () => new Rows(), vocabulary }: Partial<Defect>,
): StoreHarness {
  return {
    name,
    capabilities: { manyKeys: true },
    async open() {
      const store = rows();
      const journal = new Journal();
      const keyv = journal.watch(store);
      const key = (name: string) => `other/${name}`;
      const neighbour: KeyvLike = {
        get: (name) => store.get(key(name)),
        set: (name: string, value: unknown) => store.set(key(name), value),
        delete: (name) => store.delete(key(name)),
      };
      return {
        keyv,
        journal,
        quick: keyv,
        neighbour,
        keys: async () => [...store.rows.keys()],
        close: async () => store.rows.clear(),
      };
    },
    ...(vocabulary !== undefined && { vocabulary }),
  };
}

/** A vocabulary like ours but for some functions. */
const changed =
  (change: (own: KeyvVocabulary, keyv: KeyvLike) => Partial<KeyvVocabulary>): typeof keyvVocabulary =>
  (keyv, options) => {
    const own = keyvVocabulary(keyv, options);
    const bound = new Proxy(own, { get: (target, name) => bind(target, Reflect.get(target, name)) });
    return Object.assign(Object.create(bound), change(own, keyv)) as KeyvVocabulary;
  };
const bind = (target: object, value: unknown) => (typeof value === 'function' ? value.bind(target) : value);

const copy = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value) : structuredClone(value));

/** Keeps values under another key than it is told. */
class Keyed extends Rows {
  constructor(private readonly keyOf: (key: string) => string) {
    super();
  }
  override async get(key: string) {
    return await super.get(this.keyOf(key));
  }
  override async getMany(keys: readonly string[]) {
    return await super.getMany(keys.map(this.keyOf));
  }
  override async set(key: string, value: unknown) {
    return await super.set(this.keyOf(key), value);
  }
  override async delete(key: string) {
    return await super.delete(this.keyOf(key));
  }
}

/** Forgets what was written while it failed, and answers as ever. */
class Forgetful extends Rows {
  private writes = 0;
  override async set(key: string, value: unknown) {
    return ++this.writes > 1_030 && this.writes < 1_040 ? true : await super.set(key, value);
  }
}

export const DEFECTS: readonly Defect[] = [
  {
    does: 'loses a write now and then',
    noticedBy: WHOLE,
    rows: () =>
      new (class extends Rows {
        private writes = 0;
        override async set(key: string, value: unknown) {
          return ++this.writes % 700 === 0 ? true : await super.set(key, value);
        }
      })(),
  },
  {
    does: 'answers many keys in an order of its own',
    noticedBy: WHOLE,
    rows: () =>
      new (class extends Rows {
        override async getMany(keys: readonly string[]) {
          return await super.getMany([...keys].sort());
        }
      })(),
  },
  {
    does: 'leaves out what it does not have',
    noticedBy: VERSIONS,
    rows: () =>
      new (class extends Rows {
        override async getMany(keys: readonly string[]) {
          return (await super.getMany(keys)).filter((value) => value !== undefined);
        }
      })(),
  },
  {
    does: 'keeps bytes as text',
    noticedBy: WHOLE,
    rows: () =>
      new (class extends Rows {
        override async set(key: string, value: unknown) {
          return await super.set(key, value instanceof Uint8Array ? Buffer.from(value).toString() : value);
        }
      })(),
  },
  {
    does: 'cuts long keys',
    noticedBy: WHOLE,
    rows: () => new Keyed((key) => key.slice(0, 20)),
  },
  {
    does: 'keeps all namespaces under the same keys',
    noticedBy: APART,
    rows: () => new Keyed((key) => key.replace(/^other\//, '')),
  },
  {
    does: 'reads a key to be removed as a pattern',
    noticedBy: VERSIONS,
    rows: () =>
      new (class extends Rows {
        override async delete(key: string) {
          for (const other of [...this.rows.keys()]) if (new RegExp(key).test(other)) this.rows.delete(other);
          return true;
        }
      })(),
  },
  {
    does: 'removes nothing',
    noticedBy: VERSIONS,
    rows: () =>
      new (class extends Rows {
        override async delete() {
          return true;
        }
      })(),
  },
  {
    does: 'never shows a change to who has read before',
    noticedBy: VERSIONS,
    rows: () =>
      new (class extends Rows {
        private readonly seen = new Map<string, unknown>();
        override async getMany(keys: readonly string[]) {
          for (const key of keys) {
            if (this.rows.has(key) && !this.seen.has(key)) this.seen.set(key, copy(this.rows.get(key)));
          }
          return keys.map((key) => this.seen.get(key));
        }
      })(),
  },
  {
    does: 'asks the database once for each key',
    noticedBy: ROUND_TRIP,
    rows: () => {
      const rows = new Rows();
      return Object.assign(rows, { getMany: undefined });
    },
  },
  {
    does: 'keeps no word',
    noticedBy: AT_HAND,
    vocabulary: (keyv, options) => keyvVocabulary(keyv, { ...options, cacheBytes: 0 }),
  },
  {
    does: 'keeps every word',
    noticedBy: BOUND,
    vocabulary: (keyv, options) => keyvVocabulary(keyv, { ...options, cacheBytes: 2 ** 30 }),
  },
  {
    does: 'asks for words that nobody has',
    noticedBy: UNKNOWN,
    vocabulary: changed((own, keyv) => ({
      async getMany(words) {
        for (const word of words.slice(0, 3)) await keyv.get(`toxicity-guard/${word}`);
        return await own.getMany(words);
      },
    })),
  },
  {
    does: 'asks for one word after the other',
    noticedBy: ROUND_TRIP,
    vocabulary: changed((own) => ({
      getMany: async (words) => (await Promise.all(words.map((word) => own.getMany([word])))).flat(),
    })),
  },
  {
    does: 'reads on demand what was to be loaded',
    noticedBy: PRELOAD,
    vocabulary: (keyv, options) => keyvVocabulary(keyv, { ...options, mode: 'onDemand' }),
  },
  {
    does: 'takes words that it cannot read for words that it does not hold',
    noticedBy: LOST,
    vocabulary: (keyv, options) => keyvVocabulary(keyv, { ...options, onUnavailable: 'degrade' }),
  },
  {
    does: 'takes any vocabulary for one of the model',
    noticedBy: FOREIGN,
    vocabulary: changed((own) => ({
      attach: (user) => own.attach(user).catch(() => ({ isLoaded: false, release: () => undefined })),
    })),
  },
  {
    does: 'takes half a vocabulary for a whole one',
    noticedBy: HALF,
    vocabulary: changed((own) => ({
      attach: (user) => own.attach(user).catch(() => ({ isLoaded: false, release: () => undefined })),
    })),
  },
  {
    does: 'never looks for another version',
    noticedBy: 'a version that is bad is refused, and the one before works on',
    vocabulary: changed((own) => ({ reload: () => own.manifest() })),
  },
  {
    does: 'refuses who asks while another version is loaded',
    noticedBy: LOAD,
    vocabulary: changed((own) => ({
      attach: (user) =>
        own.attach({
          prepare: async (version) => {
            let asked = 0;
            const fetch: typeof version.fetch = async (words) => {
              if (++asked === 5) throw new Error('Another version is being loaded');
              return await version.fetch(words);
            };
            return await user.prepare(
              version.table === undefined ? Object.assign(Object.create(version), { fetch }) : version,
            );
          },
        }),
    })),
  },
  {
    does: 'makes keys of words',
    noticedBy: APART,
    vocabulary: changed((own, keyv) => ({
      async getMany(words) {
        await keyv.get(words[0] as string);
        return await own.getMany(words);
      },
    })),
  },
  {
    does: 'clears the store when it is closed',
    noticedBy: CLOSING,
    vocabulary: changed((own, keyv) => ({
      async close() {
        (keyv as Rows).clear();
        await own.close();
      },
    })),
  },
  {
    does: 'leaves an error behind that nobody hears',
    noticedBy: CLOSING,
    vocabulary: changed((own) => ({
      close() {
        void Promise.reject(new Error('forgotten'));
        return own.close();
      },
    })),
  },
  {
    does: 'goes on looking when it is closed',
    noticedBy: CLOSING,
    vocabulary: changed((own, keyv) => {
      const timer = setInterval(() => void keyv.get('toxicity-guard/current'), 5);
      setTimeout(() => clearInterval(timer), 2_000);
      return { close: () => own.close() };
    }),
  },
  {
    does: 'lets own words reach everybody',
    noticedBy: OWN,
    rows: () => new Keyed((key) => key.replace(/^other\//, '')),
  },
  {
    does: 'says that it has written what it has not',
    noticedBy: RESUMED,
    rows: () => new Forgetful(),
  },
];
