import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Classifier, ClassifyOptions } from '../src/classifier/classification.js';
import { type ClassifierOptions, createClassifier } from '../src/classifier/classifier.js';
import { LABELS, type Label, type Scores } from '../src/labels.js';
import * as loading from '../src/model/load.js';
import { modelFolder, plantedModel, smallModel, temporaryFolder, writeModel } from './small-model.js';

const PLANTED = 'grumble';
/** Wider than a part of 32 words, so that windows, parts and overlaps all take part. */
const SHAPE = { window: 40, stride: 30 };

async function planted(options: Omit<ClassifierOptions, 'model'> = {}): Promise<Classifier> {
  return made({ ...options, model: await modelFolder(plantedModel([PLANTED], SHAPE)) });
}

function made(options: ClassifierOptions): Classifier {
  const classifier = createClassifier(options);
  onTestFinished(() => classifier.close());
  return classifier;
}

function coded(code: string): object {
  return expect.objectContaining({ name: 'ToxicityGuardError', code });
}

/** A text of `count` words, the planted one at some places. */
function textOf(count: number, ...places: number[]): string {
  return Array.from({ length: count }, (_, index) => (places.includes(index) ? PLANTED : 'river')).join(' ');
}

describe('createClassifier', () => {
  it.each<[unknown, RegExp]>([
    [{ models: 'x' }, /`options` to have only known keys, got `models`. Did you mean `model`\?/],
    [{ maxTextLenght: 5 }, /known keys, got `maxTextLenght`/],
    [{ model: 7 }, /`model` to be a string that is not empty, got `7` \(number\)/],
    [{ model: '' }, /`model` to be a string that is not empty/],
    [{ maxTextLength: 0 }, /`maxTextLength` to be a whole number of 1 or more, got `0`/],
    [{ maxTextLength: '5' }, /`maxTextLength` to be a whole number/],
    [{ maxTextLength: 1.5 }, /`maxTextLength` to be a whole number/],
    [{ maxTextLength: Number.NaN }, /`maxTextLength` to be a whole number/],
    [null, /`options` to be an object, got `null`/],
    ['folder', /`options` to be an object/],
  ])('refuses %j at construction', (options, message) => {
    expect(() => createClassifier(options as ClassifierOptions)).toThrow(TypeError);
    expect(() => createClassifier(options as ClassifierOptions)).toThrow(message);
  });

  it('takes undefined for absent and reads nothing before it is asked', () => {
    const load = vi.spyOn(loading, 'loadModel');
    createClassifier({ model: undefined, maxTextLength: undefined } as never);
    expect(load).not.toHaveBeenCalled();
  });
});

describe('classify', () => {
  it('scores all six labels and names its model', async () => {
    const classifier = await planted();
    const { scores, spans, model } = await classifier.classify(`such a ${PLANTED}!`);
    expect(Object.keys(scores)).toEqual([...LABELS]);
    for (const score of Object.values(scores)) expect(score).toBeGreaterThan(0.9);
    expect(spans).toEqual([]);
    expect(model).toMatch(/^small@1\+[0-9a-f]{12}$/);
    expect((await classifier.ready()).id).toBe(model);
    const kind = await classifier.classify('such a river');
    for (const score of Object.values(kind.scores)) expect(score).toBeLessThan(0.1);
  });

  it.each([
    ['a number', 7, '`7` (number)'],
    ['null', null, '`null` (null)'],
    ['undefined', undefined, '`undefined` (undefined)'],
    ['an object', { text: 'x' }, '`{…}` (object)'],
    ['an array', ['x'], '`[…]` (array)'],
    ['a String object', new String('x'), '`{…}` (object)'],
    ['a Buffer', Buffer.from('x'), '`{…}` (object)'],
  ])('rejects %s with a TypeError', async (_, text, got) => {
    const classifier = await planted();
    const wrong = classifier.classify(text as string);
    await expect(wrong).rejects.toThrow(TypeError);
    await expect(wrong).rejects.toThrow(`Expected \`text\` to be a string, got ${got}`);
    await expect(classifier.classifyMany(['fine', text as string])).rejects.toThrow(
      `Expected \`texts[1]\` to be a string, got ${got}`,
    );
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t\u00a0\u3000 '.repeat(100)],
    ['punctuation', '?!… --- ()'],
    ['what is drawn as nothing', '\u200b\u200d\ufeff\u00ad\u0301'.repeat(50)],
    ['lone surrogates', '\ud83d \udc00\ud800'],
  ])('scores %s with zeros', async (_, text) => {
    const { scores, spans } = await (await planted()).classify(text, { spans: true });
    expect(Object.values(scores)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(spans).toEqual([]);
  });

  it.each([
    ['emoji only', '😀😀👩‍🚀🇫🇷'],
    ['one letter', 'a'],
    ['a word between lone surrogates', '\ud800river\udc00'],
    ['a word of a million letters', 'x'.repeat(1_000_000)],
    ['a character that unfolds to eighteen', '\ufdfa'.repeat(1000)],
  ])('scores %s', async (_, text) => {
    const { scores } = await (await planted()).classify(text);
    for (const score of Object.values(scores)) expect(score > 0 && score < 1).toBe(true);
  });

  it('gives probabilities for any string at all, and the same ones again', async () => {
    const classifier = made({ model: await modelFolder(smallModel(SHAPE)) });
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      maxLength: 300,
    });
    await fc.assert(
      fc.asyncProperty(text, async (any) => {
        const { scores, spans } = await classifier.classify(any, { spans: () => LABELS });
        for (const score of Object.values(scores)) expect(score >= 0 && score <= 1).toBe(true);
        let last = 0;
        for (const [start, end] of spans) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(any.length);
        expect((await classifier.classify(any)).scores).toEqual(scores);
      }),
      { numRuns: 300 },
    );
  });

  it('finds one word at any place of a long text', async () => {
    const classifier = await planted();
    for (const count of [41, 70, 200]) {
      for (let place = 0; place < count; place += 7) {
        const { scores } = await classifier.classify(textOf(count, place));
        expect(scores.toxic, `${place} of ${count}`).toBeGreaterThan(0.5);
      }
      expect((await classifier.classify(textOf(count))).scores.toxic).toBeLessThan(0.1);
    }
  });

  it.each([
    ['blanks', ' '],
    ['what is drawn as nothing', '\u200b'],
    ['full stops', '. '],
    ['letters', 'a '],
    ['numbers', '7 '],
    ['emoji', '😀'],
    ['lone surrogates', '\ud800'],
  ])('finds a word behind 100,000 %s', async (_, filler) => {
    const { scores, spans } = await (await planted()).classify(`${filler.repeat(100_000)} ${PLANTED}`, {
      spans: true,
    });
    expect(scores.toxic).toBeGreaterThan(0.5);
    const end = filler.length * 100_000 + 1 + PLANTED.length;
    expect(spans.at(-1)?.[1]).toBe(end);
  });

  it('refuses a text that is too long, and judges one that is just not', async () => {
    const classifier = await planted({ maxTextLength: 100 });
    await expect(classifier.classify('x'.repeat(100))).resolves.toBeDefined();
    const secret = 'do not repeat this ';
    const error = await classifier.classify(secret.repeat(6)).catch((thrown: unknown) => thrown);
    expect(error).toEqual(coded('TEXT_TOO_LONG'));
    expect((error as Error).message).toBe('The text has 114 UTF-16 units; the most is 100');
    const standard = await planted();
    await expect(standard.classify('x'.repeat(1_000_001))).rejects.toEqual(coded('TEXT_TOO_LONG'));
  });
});

describe('spans', () => {
  it('are the places of the words that decided', async () => {
    const classifier = await planted();
    const cases = [
      ['A river,  ¡GrÜmBLE\u200b! and stone', 'GrÜmBLE\u200b'],
      ['the river 😀 g r u m b l e.', 'g r u m b l e'],
      ["(grumble's)", "grumble's"],
      ['so gгumblе', 'gгumblе'],
      ['the grumbleeeee', 'grumbleeeee'],
    ];
    for (const [text = '', word] of cases) {
      const { spans } = await classifier.classify(text, { spans: true });
      expect(spans.map(([start, end]) => text.slice(start, end))).toEqual([word]);
    }
  });

  it('are of the labels that a function picks by the scores, and none where it picks none', async () => {
    const classifier = await planted();
    const seen: unknown[] = [];
    const spansFor =
      (labels: Label[]) =>
      (scores: Scores): Label[] => {
        seen.push(scores);
        return labels;
      };
    const { scores, spans } = await classifier.classify('a grumble', { spans: spansFor(['insult']) });
    expect(seen).toEqual([scores]);
    expect(spans).toEqual([[2, 9]]);
    expect((await classifier.classify('a grumble', { spans: spansFor([]) })).spans).toEqual([]);
    expect((await classifier.classify('a grumble', { spans: false })).spans).toEqual([]);
    expect((await classifier.classify('a river', { spans: true })).spans).toEqual([]);
  });

  it('of a long text come once each, in order, from every window', async () => {
    const classifier = await planted();
    // The second stands in two windows.
    const places = [5, 35, 100, 199];
    const text = textOf(200, ...places);
    const { spans } = await classifier.classify(text, { spans: true });
    const found = spans.flatMap(([start, end]) => text.slice(start, end).split(' '));
    expect(found).toEqual(places.map(() => PLANTED));
  });

  it.each<[unknown, string]>([
    [{ spans: 'yes' }, '`spans` to be a function, got `"yes"` (string)'],
    [{ spans: 1 }, '`spans` to be a function'],
    [{ spans: () => true }, '`spans()` to return an array of labels, got `true` (boolean)'],
    [{ spans: () => ['toxik'] }, '`spans()` to return an array of labels'],
    [{ spans: async () => ['toxic'] }, '`spans()` to return an array of labels'],
    [{ span: true }, 'known keys, got `span`. Did you mean `spans`?'],
    [{ signal: 'stop' }, '`signal` to be an AbortSignal, got `"stop"` (string)'],
    [null, '`options` to be an object, got `null`'],
  ])('are refused as %j', async (options, message) => {
    const classifier = await planted();
    const wrong = classifier.classify('river', options as ClassifyOptions);
    await expect(wrong).rejects.toThrow(TypeError);
    await expect(wrong).rejects.toThrow(message);
    const many = classifier.classifyMany(['river'], options as ClassifyOptions);
    await expect(many).rejects.toThrow(message);
  });

  it('pass on what the function throws', async () => {
    const classifier = await planted();
    const spans = (): never => {
      throw new RangeError('mine');
    };
    await expect(classifier.classify('river', { spans })).rejects.toThrow(new RangeError('mine'));
  });
});

describe('classifyMany', () => {
  it('gives what classify gives, in order', async () => {
    const classifier = await planted();
    const texts = ['a grumble', '', textOf(90, 80), 'river', textOf(90), 'a grumble'];
    const alone = [];
    for (const text of texts) alone.push(await classifier.classify(text, { spans: true }));
    expect(await classifier.classifyMany(texts, { spans: true })).toEqual(alone);
    expect(await classifier.classifyMany([])).toEqual([]);
  });

  it.each([
    ['a string', 'text'],
    ['null', null],
    ['an object', { 0: 'x', length: 1 }],
  ])('rejects %s', async (_, texts) => {
    const classifier = await planted();
    await expect(classifier.classifyMany(texts as never)).rejects.toThrow(
      'Expected `texts` to be an array of strings',
    );
  });

  it('rejects a hole in an array', async () => {
    const texts = ['a'];
    texts[2] = 'c';
    await expect((await planted()).classifyMany(texts)).rejects.toThrow(/`texts\[1\]` to be a string/);
  });
});

describe('texts judged at the same time', () => {
  it('do not disturb each other', async () => {
    const classifier = made({ model: await modelFolder(smallModel(SHAPE)) });
    const texts = Array.from({ length: 60 }, (_, index) => {
      const words = index % 5 === 0 ? 4000 : 1 + (index % 40);
      return Array.from({ length: words }, (__, word) => `w${((word + 1) * (index + 3)) % 977}`).join(' ');
    });
    const other = made({ model: await modelFolder(smallModel(SHAPE)) });
    const alone = [];
    for (const text of texts) alone.push(await other.classify(text, { spans: () => LABELS }));
    const together = await Promise.all(
      texts.map((text) => classifier.classify(text, { spans: () => LABELS })),
    );
    for (const [index, answer] of together.entries()) {
      expect(answer.scores, `text ${index}`).toEqual(alone[index]?.scores);
      expect(answer.spans, `text ${index}`).toEqual(alone[index]?.spans);
    }
  });

  it('let a short one pass while a long one is judged', async () => {
    const classifier = await planted();
    await classifier.ready();
    const order: string[] = [];
    const long = classifier.classify(textOf(150_000)).then(() => order.push('long'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const short = classifier.classify('river').then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });
});

describe('an abort signal', () => {
  it('ends a judgement before it begins', async () => {
    const classifier = await planted();
    const signal = AbortSignal.abort('enough');
    for (const text of ['river', '']) {
      const error = await classifier.classify(text, { signal }).catch((thrown: unknown) => thrown);
      expect(error).toEqual(coded('ABORTED'));
      expect((error as Error).cause).toBe('enough');
    }
    await expect(classifier.classifyMany(['river'], { signal })).rejects.toEqual(coded('ABORTED'));
  });

  it('ends a judgement midway, in good time', async () => {
    const classifier = await planted({ maxTextLength: 10_000_000 });
    const text = Array.from({ length: 200_000 }, (_, index) => `w${index}x`).join(' ');
    await classifier.ready();
    const controller = new AbortController();
    const judged = classifier.classify(text, { signal: controller.signal, spans: true });
    setTimeout(() => controller.abort(), 20);
    await expect(judged).rejects.toEqual(coded('ABORTED'));
    // The classifier goes on with others.
    expect((await classifier.classify(`a ${PLANTED}`)).scores.toxic).toBeGreaterThan(0.5);
  });
});

describe('loading', () => {
  it('happens once, however many ask at first', async () => {
    const load = vi.spyOn(loading, 'loadModel');
    const classifier = await planted();
    await Promise.all([
      classifier.classify('a'),
      classifier.ready(),
      classifier.classifyMany(['b', 'c']),
      classifier.classify('d'),
    ]);
    await classifier.classify('e');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('that fails is told to all, forgotten, and tried again', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const classifier = made({ model: folder });
    const first = await Promise.allSettled([
      classifier.ready(),
      classifier.classify('a'),
      classifier.classifyMany(['a']),
    ]);
    for (const result of first) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_UNREADABLE' } });
    }
    await writeModel(`${folder}-new`, plantedModel([PLANTED]));
    await rename(`${folder}-new`, folder);
    expect((await classifier.classify(PLANTED)).scores.toxic).toBeGreaterThan(0.5);
  });

  it('says which thresholds the model comes with', async () => {
    const { thresholds } = await (await planted()).ready();
    expect(thresholds.flag.toxic).toBe(0.5);
    expect(thresholds.reject.identity_hate).toBe(0.9);
  });
});

describe('cacheStats', () => {
  it('counts the words whose row was at hand, and those that had none', async () => {
    const own = createClassifier();
    expect(own.cacheStats?.()).toBeUndefined();
    await own.classify('seven different words make seven new rows');
    // `seven` twice
    expect(own.cacheStats?.()).toEqual({ hits: 1, misses: 6 });
    await own.classify('seven words');
    expect(own.cacheStats?.()).toEqual({ hits: 3, misses: 6 });
    await own.close();
    expect(own.cacheStats?.()).toBeUndefined();
  });
});

describe('close', () => {
  it('may be called twice, and ends what comes after it', async () => {
    const classifier = await planted();
    await classifier.classify('river');
    await classifier.close();
    await classifier.close();
    await expect(classifier.classify('river')).rejects.toEqual(coded('CLOSED'));
    await expect(classifier.classifyMany(['river'])).rejects.toEqual(coded('CLOSED'));
    await expect(classifier.ready()).rejects.toEqual(coded('CLOSED'));
  });

  it('may come before the model was read, or while it is', async () => {
    const classifier = await planted();
    const first = classifier.classify('river');
    await classifier.close();
    await expect(first).resolves.toBeDefined();
    await expect(classifier.classify('river')).rejects.toEqual(coded('CLOSED'));
    const unused = createClassifier({ model: 'nowhere' });
    await unused.close();
    await expect(unused.ready()).rejects.toEqual(coded('CLOSED'));
  });
});
