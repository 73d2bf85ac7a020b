import { describe, expect, it } from 'vitest';
import type { Classifier } from '../src/classifier/classification.js';
import { createClassifier } from '../src/classifier/classifier.js';
import type { Label, Scores } from '../src/labels.js';
import type { OverlayEntry } from '../src/overlay/entry.js';
import { memoryOverlay } from '../src/overlay/memory-overlay.js';
import { withOverlay } from '../src/overlay/with-overlay.js';
import { scores, type WordClassifier, wordClassifier } from './guard-classifier.js';
import { modelFolder, plantedModel } from './small-model.js';

const ENTRIES: readonly OverlayEntry[] = [
  { phrase: 'blue whale', action: 'deny', label: 'insult' },
  { phrase: 'stone', action: 'deny' },
  { phrase: 'REFUSE bin', action: 'allow' },
  { phrase: 'stone', action: 'allow', community: 'masons' },
  { phrase: 'river', action: 'deny', label: 'threat', community: 'masons' },
];

function setUp(entries: readonly OverlayEntry[] = ENTRIES): {
  classifier: Classifier;
  inner: WordClassifier;
} {
  const inner = wordClassifier();
  return { classifier: withOverlay(inner, entries), inner };
}

const flagged = (given: Scores): Label[] =>
  (Object.keys(given) as Label[]).filter((label) => given[label] >= 0.5);

describe('a classifier with own words', () => {
  it('gives what is denied a score of 1 and its place', async () => {
    const { classifier, inner } = setUp();
    const text = 'a blu3 wha1e on a stone';
    expect(await classifier.classify(text, { spans: true })).toEqual({
      scores: scores({ insult: 1, toxic: 1 }),
      spans: [
        [2, 12],
        [18, 23],
      ],
      model: 'words-1',
    });
    expect(inner.seen).toEqual([text]);
  });

  it('leaves every other text as the other classifier judges it', async () => {
    const { classifier, inner } = setUp();
    const text = 'please REFUSE this';
    expect(await classifier.classify(text, { spans: true })).toEqual(
      await inner.classify(text, { spans: true }),
    );
    expect((await classifier.classify('kind words')).spans).toEqual([]);
  });

  it('shows blanks to the other in place of what is allowed', async () => {
    const { classifier, inner } = setUp();
    const { scores: given } = await classifier.classify('the refuse bin, REFUSE bin!');
    expect(given).toEqual(scores());
    expect(inner.seen).toEqual(['the           ,           !']);
  });

  it('counts the words of a community for its texts alone', async () => {
    const { classifier } = setUp();
    const text = 'a stone in the river';
    const judge = async (community?: string): Promise<Scores> =>
      (await classifier.classify(text, community === undefined ? {} : { community })).scores;
    expect(await judge()).toEqual(scores({ toxic: 1 }));
    expect(await judge('masons')).toEqual(scores({ threat: 1 }));
    expect(await judge('others')).toEqual(scores({ toxic: 1 }));
  });

  it('reports the words of the labels that are asked for', async () => {
    const { classifier } = setUp();
    const spansOf = async (text: string, spans: (given: Scores) => Label[]): Promise<string[]> =>
      (await classifier.classify(text, { spans })).spans.map(([start, end]) => text.slice(start, end));
    expect(await spansOf('a stone, the blue whale', () => ['insult'])).toEqual(['blue whale']);
    expect(await spansOf('a stone, the blue whale', () => [])).toEqual([]);
    expect(await spansOf('a stone, the blue whale', flagged)).toEqual(['stone', 'blue whale']);
    // What the other finds counts as far as it is asked for by its own scores.
    expect(await spansOf('a stone and RUDE too', flagged)).toEqual(['stone', 'RUDE']);
    expect(await spansOf('a stone and RUDE too', (given) => (given.toxic === 1 ? ['toxic'] : []))).toEqual([
      'stone',
    ]);
  });

  it('asks the other for no words of a label that only a phrase has raised', async () => {
    const asked: (readonly Label[])[] = [];
    const inner = wordClassifier((_, { spans }) => {
      asked.push(typeof spans === 'function' ? spans(scores({ insult: 0.6 })) : []);
    });
    await withOverlay(inner, ENTRIES).classify('a stone', { spans: flagged });
    expect(asked).toEqual([['insult']]);
  });

  it('judges many in order, each by its own words, and few times', async () => {
    const calls: number[] = [];
    const inner = wordClassifier();
    const many = inner.classifyMany;
    inner.classifyMany = (texts, options) => {
      calls.push(texts.length);
      return many(texts, options);
    };
    const classifier = withOverlay(inner, ENTRIES);
    const texts = ['a stone', 'kind', 'the blue whale', 'RUDE', 'stone', 'REFUSE bin'];
    const answers = await classifier.classifyMany(texts, { spans: flagged });
    expect(answers).toEqual(
      await Promise.all(texts.map((text) => classifier.classify(text, { spans: flagged }))),
    );
    expect(answers.map((answer) => flagged(answer.scores))).toEqual([
      ['toxic'],
      [],
      ['insult'],
      ['toxic'],
      ['toxic'],
      [],
    ]);
    expect(calls.sort()).toEqual([1, 2, 3]);
    await classifier.classifyMany(texts, { spans: true });
    expect(calls.at(-1)).toBe(6);
  });

  it('passes on the rest: readiness, closing, aborts', async () => {
    const { classifier, inner } = setUp();
    expect((await classifier.ready()).id).toBe('words-1');
    const signal = AbortSignal.abort();
    await expect(classifier.classify('a stone', { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(inner.seen).toEqual([]);
    await classifier.close();
    expect(inner.closes).toBe(1);
  });

  it('says what is wrong, and no phrase or text', async () => {
    const secret = 'embarrassing';
    const wrong: [unknown, RegExp][] = [
      [[secret], /`overlay\[0\]` to be an entry, got a string of 12/],
      [secret, /`overlay` to be an overlay/],
      [
        [{ phrase: `${secret} `.repeat(40), action: 'deny' }],
        /`overlay\[0\]\.phrase` to be a string of at most 200/,
      ],
      [[{ phrase: `${secret.slice(0, 3)} `.repeat(17), action: 'deny' }], /to have 1 to 16 words, got 17/],
      [[{ phrase: '?!', action: 'deny' }], /to have 1 to 16 words, got 0/],
      [[{ phrase: [secret], action: 'deny' }], /`overlay\[0\]\.phrase` to be a string/],
      [[{ phrase: secret }], /`overlay\[0\]\.action` to be set/],
      [[{ action: 'deny' }], /`overlay\[0\]\.phrase` to be set/],
      [[{ phrase: secret, action: 'forbid' }], /`overlay\[0\]\.action` to be 'deny' or 'allow'/],
      [[{ phrase: secret, action: 'deny', label: 'rude' }], /`overlay\[0\]\.label`/],
      [[{ phrase: secret, action: 'allow', label: 'toxic' }], /`overlay\[0\]\.label` to be absent/],
      [[{ phrase: secret, action: 'deny', community: '' }], /`overlay\[0\]\.community`/],
      [[{ phrase: secret, action: 'deny', labels: 'toxic' }], /Did you mean `label`/],
    ];
    for (const [overlay, message] of wrong) {
      let thrown: unknown;
      try {
        withOverlay(wordClassifier(), overlay as OverlayEntry[]);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(TypeError);
      expect((thrown as Error).message).toMatch(message);
      expect((thrown as Error).message).not.toContain(secret.slice(0, 3));
    }
    const { classifier } = setUp();
    for (const community of ['', 5, 'x'.repeat(257), '\ud800']) {
      const judged = classifier.classify('text', { community: community as string });
      await expect(judged).rejects.toThrow(TypeError);
      await expect(judged).rejects.not.toThrow('xxx');
    }
    await expect(classifier.classify(5 as unknown as string)).rejects.toThrow('`text`');
    await expect(classifier.classifyMany(['a', 5] as string[])).rejects.toThrow('`texts[1]`');
    await expect(classifier.classify('a', { spam: true } as object)).rejects.toThrow('`spam`');
  });
});

describe('phrases in memory', () => {
  it('can be added, listed and removed', async () => {
    const overlay = memoryOverlay(ENTRIES);
    const classifier = withOverlay(wordClassifier(), overlay);
    const isDenied = async (text: string): Promise<boolean> =>
      (await classifier.classify(text)).scores.toxic === 1;
    expect(await isDenied('goose')).toBe(false);
    await overlay.add([
      { phrase: 'goose', action: 'deny' },
      { phrase: 'GOOSE', action: 'deny' },
    ]);
    expect(await isDenied('goose')).toBe(true);
    expect(await overlay.list()).toEqual([...ENTRIES.slice(0, 3), { phrase: 'GOOSE', action: 'deny' }]);
    expect(await overlay.list('masons')).toEqual(ENTRIES.slice(3));
    await overlay.remove([
      { phrase: 'Goose', action: 'deny', label: 'toxic' },
      { phrase: 'stone', action: 'deny', label: 'insult' },
      { phrase: 'river', action: 'deny' },
    ]);
    expect(await isDenied('goose')).toBe(false);
    expect(await isDenied('stone')).toBe(true);
    expect(await overlay.list('masons')).toEqual(ENTRIES.slice(3));
  });

  it('change by all of a call or by nothing', async () => {
    const overlay = memoryOverlay();
    const wrong = [{ phrase: 'goose', action: 'deny' }, { phrase: '' }] as OverlayEntry[];
    await expect(overlay.add(wrong)).rejects.toThrow('`entries[1].phrase`');
    expect(await overlay.list()).toEqual([]);
    await overlay.close();
    await expect(overlay.list()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(overlay.add([])).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('createClassifier', () => {
  it('takes own words', async () => {
    const model = await modelFolder(plantedModel(['snarl']));
    const classifier = createClassifier({ model, overlay: ENTRIES, maxTextLength: 40 });
    const plain = createClassifier({ model });
    const text = 'you snarl at a st0ne';
    const { scores: given, spans, model: id } = await classifier.classify(text, { spans: () => ['toxic'] });
    expect(given.toxic).toBe(1);
    expect(given.insult).toBeCloseTo((await plain.classify(text)).scores.insult);
    expect(spans.map(([start, end]) => text.slice(start, end))).toEqual(['snarl', 'st0ne']);
    expect(id).toBe((await plain.ready()).id);
    const allowing = createClassifier({ model, overlay: [{ phrase: 'snarl', action: 'allow' }] });
    expect((await allowing.classify('you snarl')).scores.toxic).toBeLessThan(0.5);
    expect((await plain.classify('you snarl')).scores.toxic).toBeGreaterThan(0.5);
    await expect(classifier.classify('x'.repeat(41))).rejects.toMatchObject({ code: 'TEXT_TOO_LONG' });
    await Promise.all([classifier, plain, allowing].map((one) => one.close()));
    await expect(classifier.classify('x')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
