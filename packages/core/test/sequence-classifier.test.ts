import { describe, expect, it, onTestFinished } from 'vitest';
import type { Classifier } from '../src/classifier/classification.js';
import { type ClassifierOptions, createClassifier } from '../src/classifier/classifier.js';
import { foldedKeras } from '../src/engine/folded-keras.js';
import type { SequenceEngine } from '../src/engine/sequence-network.js';
import { createGuard } from '../src/guard/guard.js';
import { LABELS } from '../src/labels.js';
import { kerasTokenizer } from '../src/text/keras-tokenizer.js';
import { padSequences } from '../src/text/pad-sequences.js';
import type { keyvVocabulary } from '../src/vocabulary/keyv-vocabulary.js';
import { pushVocabulary } from '../src/vocabulary/push-vocabulary.js';
import type { VocabularyEntry } from '../src/vocabulary/store.js';
import { useVersion } from '../src/vocabulary/versions.js';
import { changedNetwork } from './keras-model.js';
import { kerasFolder } from './keras-network.js';
import { engineOf, FakeNetwork } from './sequence-engine.js';
import { opened } from './stored-vocabulary.js';

const WORDS = Array.from({ length: 39 }, (_, at) => `w${at + 1}`);
const WORD_INDEX = Object.fromEntries(WORDS.map((word, at) => [word, at + 1]));
const tokenizer = kerasTokenizer({ wordIndex: WORD_INDEX });

function coded(code: string, message = /./): object {
  return expect.objectContaining({
    name: 'ToxicityGuardError',
    code,
    message: expect.stringMatching(message),
  });
}

function made(options: ClassifierOptions): Classifier {
  const classifier = createClassifier({ tokenizer, ...options });
  onTestFinished(() => classifier.close());
  return classifier;
}

/** A promise that a test settles. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A vocabulary of `WORDS` in a store, and how often the store was asked for words. */
async function stored(vectorOf?: (at: number) => Float32Array): Promise<{
  vocabulary: ReturnType<typeof keyvVocabulary>;
  reads: string[][];
}> {
  const map = new Map<string, never>();
  const entries = WORDS.map((word, at): VocabularyEntry => {
    const vector = vectorOf?.(at);
    return { word, index: at + 1, ...(vector !== undefined && { vector }) };
  });
  const dimensions = vectorOf?.(0).length ?? 0;
  const encoding = vectorOf === undefined ? 'none' : 'float32';
  await pushVocabulary(map, entries, { version: '1', model: 'test', dimensions, encoding });
  await useVersion(map, '1');
  const reads: string[][] = [];
  const keyv = {
    get: (key: string) => map.get(key),
    set: (key: string, value: never) => map.set(key, value),
    delete: (key: string) => map.delete(key),
    getMany: (keys: string[]) => {
      reads.push(keys);
      return keys.map((key) => map.get(key));
    },
  };
  return { vocabulary: opened(keyv, { mode: 'onDemand' }), reads };
}

describe('a classifier with an engine', () => {
  it('gives the scores that the network gives the words as Keras has them', async () => {
    const engine = foldedKeras({ model: kerasFolder('classic') });
    const classifier = made({ engine });
    const network = await engine.load();
    const texts = ['w1 W2, (w3)!', 'w39 unknown w7', '', 'unknown', 'w5 '.repeat(12)];
    const sequences = texts.map((text) => tokenizer.sequence(tokenizer.words(text)));
    const expected = await network.predict(padSequences(sequences, { maxlen: 12 }));
    const answers = await classifier.classifyMany(texts);
    expect(answers.flatMap(({ scores }) => LABELS.map((label) => scores[label]))).toEqual([...expected]);
    expect(answers[0]).toEqual(await classifier.classify(texts[0] as string));
    expect(answers[0]).toMatchObject({ spans: [], model: network.id });
    expect(Object.keys(answers[0]?.scores ?? {})).toEqual([...LABELS]);
  });

  it('tells its thresholds and languages', async () => {
    const engine = engineOf(new FakeNetwork());
    const plain = await made({ engine }).ready();
    expect(plain).toEqual({
      id: 'fake',
      thresholds: {
        flag: Object.fromEntries(LABELS.map((label) => [label, 0.5])),
        reject: Object.fromEntries(LABELS.map((label) => [label, 0.9])),
      },
    });
    const own = made({ engine, thresholds: { flag: 0.3, reject: { threat: 0.6 } }, languages: ['de'] });
    const { thresholds, languages } = await own.ready();
    expect(thresholds.flag.toxic).toBe(0.3);
    expect(thresholds.reject).toMatchObject({ toxic: 0.9, threat: 0.6 });
    expect(languages).toEqual(['de']);
  });

  it('puts each output to its label, and 0 where there is none', async () => {
    const network = new FakeNetwork({ outputs: 3 });
    const classifier = made({ engine: engineOf(network), labels: ['insult', null, 'threat'] });
    const { scores } = await classifier.classify('w30');
    expect(scores.insult).toBeCloseTo(0.3);
    expect(scores.threat).toBeCloseTo(0.01);
    expect(scores).toMatchObject({ toxic: 0, severe_toxic: 0, obscene: 0, identity_hate: 0 });
  });

  it('pads and cuts where it is told to', async () => {
    const network = new FakeNetwork();
    const engine = engineOf(network);
    const seen = async (options: ClassifierOptions, text: string): Promise<number[][]> => {
      network.batches.length = 0;
      await made({ engine, ...options }).classify(text);
      return network.batches.flat().map((sequence) => [...sequence]);
    };
    const long = 'w1 w2 w3 w4 w5 w6';
    expect(await seen({}, 'w1 w2')).toEqual([[0, 0, 1, 2]]);
    expect(await seen({ padding: 'post' }, 'w1 w2')).toEqual([[1, 2, 0, 0]]);
    expect(await seen({ longTexts: 'truncate' }, long)).toEqual([[3, 4, 5, 6]]);
    expect(await seen({ longTexts: 'truncate', truncating: 'post' }, long)).toEqual([[1, 2, 3, 4]]);
    expect(await seen({}, long)).toEqual([
      [1, 2, 3, 4],
      [3, 4, 5, 6],
    ]);
    expect(await seen({}, `${long} w7 w8 w9`)).toEqual([
      [1, 2, 3, 4],
      [4, 5, 6, 7],
      [6, 7, 8, 9],
    ]);
    expect(await seen({}, '')).toEqual([[0, 0, 0, 0]]);
  });

  it('judges all of a long text', async () => {
    const classifier = made({ engine: engineOf(new FakeNetwork()) });
    const filler = 'w1 '.repeat(500);
    for (const text of [`w30 ${filler}`, `${filler} w30 ${filler}`, `${filler} w30`]) {
      expect((await classifier.classify(text)).scores.toxic).toBeCloseTo(0.3);
    }
    const truncated = made({ engine: engineOf(new FakeNetwork()), longTexts: 'truncate' });
    expect((await truncated.classify(`w30 ${filler}`)).scores.toxic).toBeCloseTo(0.01);
  });

  it('stands for unknown words as Keras does', async () => {
    const network = new FakeNetwork();
    const engine = engineOf(network);
    await made({ engine, tokenizer: kerasTokenizer({ wordIndex: WORD_INDEX, oovToken: 'w1' }) }).classify(
      'what w2',
    );
    await made({ engine, tokenizer: kerasTokenizer({ wordIndex: WORD_INDEX, numWords: 3 }) }).classify(
      'w3 w2',
    );
    const { vocabulary } = await stored();
    const lookedUp = kerasTokenizer({ oovToken: 'w1' });
    await made({ engine, vocabulary, tokenizer: lookedUp }).classify('what w2');
    expect(network.batches.flat().map((sequence) => [...sequence])).toEqual([
      [0, 0, 1, 2],
      [0, 0, 0, 2],
      [0, 0, 1, 2],
    ]);
  });

  it('names the words that raise a score, where they stand in the text', async () => {
    const classifier = made({ engine: engineOf(new FakeNetwork()) });
    const text = `w1 w2! ${'w1 '.repeat(30)} so: W39, w1`;
    const { spans } = await classifier.classify(text, { spans: () => ['toxic'] });
    expect(spans.map(([start, end]) => text.slice(start, end))).toEqual(['W39']);
    expect((await classifier.classify('w39', { spans: true })).spans).toEqual([]);
    const sensitive = made({ engine: engineOf(new FakeNetwork()), thresholds: { flag: 0.2 } });
    expect((await sensitive.classify('w39', { spans: true })).spans).toEqual([[0, 3]]);
    const lacking = made({ engine: engineOf(new FakeNetwork({ outputs: 1 })), labels: ['threat'] });
    expect((await lacking.classify('w39', { spans: () => ['toxic'] })).spans).toEqual([]);
  });
});

describe('a vocabulary in a store', () => {
  it('gives indexes, with one look-up for a call', async () => {
    const { vocabulary, reads } = await stored();
    const fromStore = made({
      engine: foldedKeras({ model: kerasFolder('classic') }),
      vocabulary,
      tokenizer: kerasTokenizer(),
    });
    const fromIndex = made({ engine: foldedKeras({ model: kerasFolder('classic') }) });
    await fromStore.ready();
    const texts = ['w1 w2 w3', 'w3 unknown w39', `${'w4 w5 '.repeat(20)}`];
    reads.length = 0;
    expect(await fromStore.classifyMany(texts)).toEqual(await fromIndex.classifyMany(texts));
    expect(reads).toHaveLength(1);
    expect(reads[0]?.length).toBeLessThanOrEqual(6);
  });

  it('gives vectors, and zeros for padding and unknown words', async () => {
    const vectorOf = (at: number): Float32Array =>
      Float32Array.from({ length: 6 }, (_, i) => Math.sin(at * 7 + i));
    const { vocabulary } = await stored(vectorOf);
    const engine = foldedKeras({ model: kerasFolder('word-vectors') });
    const classifier = made({ engine, vocabulary, tokenizer: kerasTokenizer() });
    const { scores } = await classifier.classify('w3 unknown w9');
    const sequence = new Float32Array(72);
    sequence.set(vectorOf(2), 60);
    sequence.set(vectorOf(8), 66);
    const expected = await (await engine.load()).predict([sequence]);
    expect(LABELS.map((label) => scores[label])).toEqual([...expected]);
  });

  it('says that a verdict was reached without some words', async () => {
    const { vocabulary } = await stored();
    const degraded = Object.assign(Object.create(vocabulary), {
      lookUp: async (words: string[]) => ({ entries: words.map(() => undefined), degraded: true }),
      attach: async () => ({ isLoaded: false, release: () => {} }),
      manifest: () => vocabulary.manifest(),
      close: async () => {},
    });
    const classifier = made({
      engine: engineOf(new FakeNetwork()),
      vocabulary: degraded,
      tokenizer: kerasTokenizer(),
    });
    expect(await classifier.classify('w30')).toMatchObject({ degraded: true, scores: { toxic: 0 } });
  });

  it('must fit the network', async () => {
    const { vocabulary } = await stored();
    const plain = kerasTokenizer();
    const vectors = new FakeNetwork({ input: 'vectors', dimensions: 6, words: undefined });
    const few = new FakeNetwork({ words: 20 });
    await expect(made({ engine: engineOf(vectors), vocabulary, tokenizer: plain }).ready()).rejects.toEqual(
      coded('VOCABULARY_MISMATCH', /takes vectors of 6 numbers, and the vocabulary has 0/),
    );
    await expect(made({ engine: engineOf(vectors) }).ready()).rejects.toEqual(
      coded('VOCABULARY_MISMATCH', /takes vectors of 6 numbers, and there is no `vocabulary`/),
    );
    for (const options of [{ vocabulary, tokenizer: plain }, {}]) {
      await expect(made({ engine: engineOf(few), ...options }).ready()).rejects.toEqual(
        coded('VOCABULARY_MISMATCH', /indexes up to 39, the network knows 0 to 19: set `numWords`/),
      );
    }
    expect([vectors.closed, few.closed]).toEqual([2, 2]);
    const numWords = kerasTokenizer({ wordIndex: WORD_INDEX, numWords: 20 });
    await expect(made({ engine: engineOf(few), tokenizer: numWords }).ready()).resolves.toMatchObject({
      id: 'fake',
    });
  });
});

describe('batches', () => {
  it('join the calls of one turn', async () => {
    const network = new FakeNetwork({ batchSize: 8 });
    const classifier = made({ engine: engineOf(network) });
    await classifier.ready();
    const answers = await Promise.all(WORDS.slice(0, 20).map((word) => classifier.classify(word)));
    expect(network.batches.map(({ length }) => length)).toEqual([8, 8, 4]);
    answers.forEach(({ scores }, at) => {
      expect(scores.toxic).toBeCloseTo((at + 1) / 100);
    });
  });

  it('hold at most 16 where the network does not say', async () => {
    const network = new FakeNetwork();
    await made({ engine: engineOf(network) }).classifyMany(WORDS);
    expect(network.batches.map(({ length }) => length)).toEqual([16, 16, 7]);
  });

  it('are under way as many at a time as the network says', async () => {
    let running = 0;
    let most = 0;
    const network = new FakeNetwork({
      batchSize: 1,
      concurrency: 3,
      predict: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return new Float32Array(6);
      },
    });
    await made({ engine: engineOf(network) }).classifyMany(WORDS);
    expect(most).toBe(3);
  });

  it('let a short text in between the parts of a long one', async () => {
    const network = new FakeNetwork({ batchSize: 2 });
    const classifier = made({ engine: engineOf(network) });
    await classifier.ready();
    const long = classifier.classify('w1 '.repeat(400));
    await classifier.classify('w2');
    const before = network.batches.length;
    await long;
    expect(network.batches.length).toBeGreaterThan(before + 50);
  });
});

describe('what goes wrong', () => {
  const failing = (predict: FakeNetwork['predict']): Classifier =>
    made({ engine: engineOf(new FakeNetwork({ predict })) });

  it.each<[string, FakeNetwork['predict'], RegExp]>([
    ['throws', async () => Promise.reject(new RangeError('at w30')), /^The engine threw RangeError at /],
    [
      'throws at once',
      () => {
        throw new Error('at w30');
      },
      /^The engine threw Error at /,
    ],
    ['NaN', async () => new Float32Array(6).fill(Number.NaN), /a score that is not between 0 and 1/],
    ['over 1', async () => new Float32Array(6).fill(1.01), /a score that is not between 0 and 1/],
    ['below 0', async () => new Float32Array(6).fill(-0.01), /a score that is not between 0 and 1/],
    ['too few', async () => new Float32Array(5), /5 numbers, not 6 numbers/],
    ['too many', async () => new Float32Array(12), /12 numbers, not 6 numbers/],
    ['another type', async () => [0, 0, 0, 0, 0, 0] as never, /no Float32Array, not 6 numbers/],
    ['nothing', async () => undefined as never, /no Float32Array/],
  ])('is ENGINE_FAILED without a word of the text: %s', async (_, predict, message) => {
    const thrown: unknown = await failing(predict)
      .classify('w30')
      .catch((error: unknown) => error);
    expect(thrown).toEqual(coded('ENGINE_FAILED', message));
    expect((thrown as Error).message).not.toContain('w30');
    expect((thrown as Error).cause).toBeUndefined();
  });

  it('takes what arithmetic leaves beside 0 and 1', async () => {
    const { scores } = await failing(async () => Float32Array.of(1 + 5e-7, -5e-7, 0, 0, 0, 0)).classify('w1');
    expect(scores).toMatchObject({ toxic: 1, severe_toxic: 0 });
  });

  it('hits only the text whose scores are nonsense', async () => {
    const predict: FakeNetwork['predict'] = async (batch) =>
      Float32Array.from(
        batch.flatMap((sequence) => Array<number>(6).fill(sequence[3] === 2 ? Number.NaN : 0.25)),
      );
    const classifier = failing(predict);
    const answers = await Promise.allSettled(['w1', 'w2', 'w3'].map((text) => classifier.classify(text)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is found out at the start where labels and outputs differ', async () => {
    const network = new FakeNetwork({ outputs: 7 });
    await expect(made({ engine: engineOf(network) }).ready()).rejects.toEqual(
      coded('ENGINE_FAILED', /has 7 outputs, and `labels` names 6/),
    );
    expect(network.closed).toBe(1);
  });

  it('is NaN of a real network too', async () => {
    const model = await changedNetwork('classic', (_, weights) => {
      for (const at of weights.keys()) weights[at] = Math.sign(Math.sin(at * at) || 1) * 3e38;
    });
    const classifier = made({ engine: foldedKeras({ model }) });
    await expect(classifier.classify('w1')).rejects.toEqual(coded('ENGINE_FAILED'));
  });

  it('is tried again at the next call where the network could not be loaded', async () => {
    let loads = 0;
    const engine: SequenceEngine = {
      name: 'late',
      load: async () => {
        if (++loads === 1) throw new Error('not yet');
        return new FakeNetwork();
      },
    };
    const classifier = made({ engine });
    await expect(classifier.classify('w1')).rejects.toEqual(
      coded('ENGINE_FAILED', /^The engine threw Error at /),
    );
    await expect(Promise.all([classifier.classify('w1'), classifier.classify('w2')])).resolves.toHaveLength(
      2,
    );
    expect(loads).toBe(2);
  });

  it('is TEXT_TOO_LONG past the limit, and a TypeError for what is no text', async () => {
    const classifier = made({ engine: engineOf(new FakeNetwork()), maxTextLength: 10 });
    await expect(classifier.classify('x'.repeat(11))).rejects.toEqual(
      coded('TEXT_TOO_LONG', /11 UTF-16 units/),
    );
    await expect(classifier.classifyMany(['x', 'x'.repeat(11)])).rejects.toEqual(coded('TEXT_TOO_LONG'));
    await expect(classifier.classify(7 as never)).rejects.toThrow(/`text` to be a string, got `7`/);
    await expect(classifier.classifyMany(['x', 7 as never])).rejects.toThrow(/`texts\[1\]` to be a string/);
    await expect(classifier.classify('x', { span: true } as never)).rejects.toThrow(/Did you mean `spans`/);
  });

  it('is UNAVAILABLE to a guard', async () => {
    const guard = createGuard({
      classifier: { engine: engineOf(new FakeNetwork({ outputs: 1 })), tokenizer },
    });
    onTestFinished(() => guard.close());
    const decision = await guard.judge({ body: { comment: 'w1' } });
    expect(decision).toMatchObject({ action: 'unavailable', status: 503, error: { code: 'ENGINE_FAILED' } });
  });
});

describe('giving up', () => {
  it('ends the wait at once, and the network is told when everybody has gone', async () => {
    const asked = deferred<void>();
    const network = new FakeNetwork({
      predict: (_, signal) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('everybody left')));
          network.signals.push(signal);
          asked.resolve();
        }),
    });
    const classifier = made({ engine: engineOf(network) });
    await classifier.ready();
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [first, second].map(({ signal }) => classifier.classify('w1', { signal }));
    const outcomes = Promise.allSettled(calls);
    await asked.promise;
    first.abort(new Error('gone'));
    await expect(calls[0]).rejects.toEqual(coded('ABORTED'));
    expect(network.signals[0]?.aborted).toBe(false);
    second.abort();
    await outcomes;
    expect(network.signals[0]?.aborted).toBe(true);
    await expect(calls[1]).rejects.toEqual(coded('ABORTED'));
  });

  it('asks nothing for those who have left already', async () => {
    const network = new FakeNetwork();
    const classifier = made({ engine: engineOf(network) });
    await classifier.ready();
    await expect(classifier.classify('w1', { signal: AbortSignal.abort() })).rejects.toEqual(
      coded('ABORTED'),
    );
    const controller = new AbortController();
    const call = classifier.classify('w1', { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toEqual(coded('ABORTED'));
    await classifier.classify('w2');
    expect(network.batches.flat().map((sequence) => [...sequence])).toEqual([[0, 0, 0, 2]]);
  });
});

describe('closing', () => {
  it('lets the network finish, turns away who waits, and closes once', async () => {
    const asked = deferred<void>();
    const answer = deferred<Float32Array>();
    const network = new FakeNetwork({
      batchSize: 1,
      predict: () => {
        asked.resolve();
        return answer.promise;
      },
    });
    const classifier = createClassifier({ engine: engineOf(network), tokenizer });
    await classifier.ready();
    const calls = ['w1', 'w2'].map((text) => classifier.classify(text));
    const outcomes = Promise.allSettled(calls);
    await asked.promise;
    const closing = Promise.all([classifier.close(), classifier.close()]);
    await expect(classifier.classify('w3')).rejects.toEqual(coded('CLOSED'));
    expect(network.closed).toBe(0);
    answer.resolve(new Float32Array(6));
    await closing;
    expect(network.closed).toBe(1);
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(calls[1]).rejects.toEqual(coded('CLOSED'));
  });

  it('needs no network to have been loaded', async () => {
    const classifier = createClassifier({
      engine: { name: 'none', load: () => Promise.reject(new Error('no')) },
      tokenizer,
    });
    await expect(classifier.ready()).rejects.toEqual(coded('ENGINE_FAILED'));
    await classifier.close();
    await expect(classifier.ready()).rejects.toEqual(coded('CLOSED'));
  });
});

describe('the options that go with an engine', () => {
  const engine = engineOf(new FakeNetwork());

  it.each<[unknown, RegExp]>([
    [{ engine }, /`tokenizer` to be given with an `engine`, got `undefined`/],
    [{ engine: {}, tokenizer }, /`engine.load` to be a function/],
    [{ engine, tokenizer: {} }, /`tokenizer.tokens` to be a function/],
    [
      { engine, tokenizer: kerasTokenizer() },
      /`tokenizer` to have a `wordIndex` where no `vocabulary` is given/,
    ],
    [{ engine, tokenizer, model: 'x' }, /`model` to be absent where there is an `engine`/],
    [{ tokenizer }, /`tokenizer` to be absent where there is no `engine`/],
    [{ longTexts: 'windows' }, /`longTexts` to be absent where there is no `engine`/],
    [{ engine, tokenizer, labels: ['rude'] }, /`labels\[0\]` to be 'toxic', .* or 'identity_hate'/],
    [{ engine, tokenizer, labels: ['toxic', 'toxic'] }, /`labels` to name a label once, got `"toxic"`/],
    [{ engine, tokenizer, labels: [null] }, /`labels` to name a label/],
    [{ engine, tokenizer, thresholds: { flag: 2 } }, /`thresholds.flag` to be a number between 0 and 1/],
    [{ engine, tokenizer, thresholds: { reject: { rude: 1 } } }, /known keys, got `rude`/],
    [{ engine, tokenizer, padding: 'left' }, /`padding` to be 'pre' or 'post'/],
  ])('are refused at construction: %#', (options, message) => {
    expect(() => createClassifier(options as ClassifierOptions)).toThrow(TypeError);
    expect(() => createClassifier(options as ClassifierOptions)).toThrow(message);
  });
});
