import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoldedNetwork } from '../src/engine/folded.js';
import { LABELS } from '../src/labels.js';
import type { Model } from '../src/model/load.js';
import { vocabularyOf } from '../src/model/vocabulary.js';
import { Tokeniser } from '../src/text/tokenise.js';
import { collectGarbage } from './event-loop.js';
import { naiveLogits, naiveScores } from './naive-network.js';
import { plantedModel, randomOf, smallModel, WORDS } from './small-model.js';

const NEAR = 1e-5;

/** An engine and its window, as a classifier holds them. */
async function open(model: Model, cachedWords?: number) {
  const engine = new FoldedNetwork(model, await vocabularyOf(model), cachedWords);
  const window = new Tokeniser(model.manifest.tokenizer.window);
  const scores = new Float64Array(LABELS.length);
  return {
    engine,
    window,
    judge: (text: string): number[] => {
      window.read(text, 0);
      expect(engine.judge(window, scores)).toBe(true);
      return [...scores];
    },
    explain: (label: number): number[] => {
      const contributions = new Float64Array(window.limit).fill(Number.NaN);
      engine.explain(window, label, contributions);
      return [...contributions.subarray(0, window.count)];
    },
  };
}

function distance(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] as number))));
}

/** Known words, unknown ones, and ones in disguise. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z]{2,12}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('h0use', 'st0ne', 'sooooo', "river's", '12', '2024', '😀', 'é', 'x'),
  },
);
const texts = (words: number) =>
  fc.array(word, { minLength: 1, maxLength: words }).map((list) => list.join(' '));

describe('the folded engine', () => {
  const shapes = [
    {},
    { seed: 2, dimensions: 6, filters: 5, hidden: 11 },
    { seed: 3, dimensions: 3, filters: 1, hidden: 1 },
    { seed: 4, dimensions: 16, filters: 12, hidden: 24 },
  ];

  it.each(shapes)('gives what a plain convolution over vectors gives: %j', async (shape) => {
    const model = smallModel(shape);
    const { judge, window } = await open(model);
    fc.assert(
      fc.property(texts(120), (text) => {
        const scores = judge(text);
        expect(distance(scores, naiveScores(model, window))).toBeLessThan(NEAR);
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 2, 3, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65, 120, 128])(
    'does so for %i words',
    async (count) => {
      const model = smallModel({ seed: 5 });
      const { judge, window } = await open(model);
      const random = randomOf(count);
      for (let round = 0; round < 10; round++) {
        const text = Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(
          ' ',
        );
        const scores = judge(text);
        expect(distance(scores, naiveScores(model, window))).toBeLessThan(NEAR);
      }
    },
  );

  it('gives the same with the smallest cache, where every window pushes the last one out', async () => {
    const model = smallModel({ window: 24, stride: 18 });
    const [large, small] = [await open(model), await open(model, 1)];
    fc.assert(
      fc.property(texts(24), (text) => {
        expect(small.judge(text)).toEqual(large.judge(text));
      }),
      { numRuns: 300 },
    );
  });

  it('gives a text the same scores whatever it has judged before', async () => {
    const model = smallModel();
    const { judge } = await open(model);
    const text = 'you are such a grumble';
    const before = judge(text);
    fc.assert(
      fc.property(texts(120), (other) => {
        judge(other);
        expect(judge(text)).toEqual(before);
      }),
    );
    expect((await open(model)).judge(text)).toEqual(before);
  });

  it('says what each word would be judged if it were all of the text', async () => {
    const model = smallModel();
    const { engine, window, judge } = await open(model, 8);
    const other = await open(model);
    const logit = (score: number): number => Math.log(score / (1 - score));
    fc.assert(
      fc.property(texts(20), (text) => {
        judge(text);
        const words = window.words();
        const logits = LABELS.map((_, label) => {
          const alone = new Float64Array(window.limit).fill(Number.NaN);
          engine.alone(window, label, alone);
          return [...alone.subarray(0, window.count)];
        });
        for (const [token, word] of words.entries()) {
          const scores = other.judge(word);
          if (other.window.count !== 1) continue;
          for (const [label, own] of logits.entries()) {
            expect(Math.abs((own[token] as number) - logit(scores[label] as number))).toBeLessThan(1e-4);
          }
        }
      }),
    );
  });

  it('gives zeros for a window without words, and nothing to explain', async () => {
    const { judge, explain } = await open(smallModel());
    expect(judge('river stone')).not.toEqual([0, 0, 0, 0, 0, 0]);
    expect(judge(' ?! ')).toEqual([0, 0, 0, 0, 0, 0]);
    expect(explain(0)).toEqual([]);
  });

  it('saturates where products are beyond all measure, and never wraps', async () => {
    const model = plantedModel(['grumble']);
    const scales = model.vocabulary.get('scales')?.data as Float32Array;
    scales.fill(1e9, WORDS.indexOf('grumble'), WORDS.indexOf('grumble') + 1);
    const { judge } = await open(model);
    expect(Math.min(...judge('a grumble the grumble'))).toBeGreaterThan(0.99);
    expect(Math.max(...judge('a river'))).toBeLessThan(0.05);
  });

  it('stops when told to, goes on when called again, and gets done', async () => {
    const model = smallModel();
    const { engine, window } = await open(model);
    const text = Array.from({ length: 120 }, (_, index) => `new${index.toString(36)}word`).join(' ');
    const expected = (await open(model)).judge(text);
    const scores = new Float64Array(LABELS.length);
    const stopsUntilDone = (): number => {
      let stops = 0;
      while (!engine.judge(window, scores, () => true)) stops++;
      expect([...scores]).toEqual(expected);
      return stops;
    };
    window.read(text, 0);
    const first = stopsUntilDone();
    expect(first).toBeGreaterThan(10);
    window.read(text, 0);
    const again = stopsUntilDone();
    expect(again).toBeGreaterThan(1);
    // Words that are known need no rows.
    expect(again).toBeLessThan(first / 2);
  });

  it('begins again where another window came in between, or the same with another text', async () => {
    const model = smallModel();
    const texts = Array.from({ length: 2 }, (_, index) =>
      Array.from({ length: 100 + index }, (__, word) => `w${index}x${word}`).join(' '),
    );
    const other = await open(model);
    const expected = texts.map(other.judge);
    const { engine } = await open(model);
    const windows = texts.map(() => new Tokeniser(128));
    const scores = new Float64Array(LABELS.length);
    for (const stops of [1, 5, 12, 14, 16]) {
      for (const [index, window] of windows.entries()) window.read(texts[index] as string, 0);
      const [one, two] = windows as [Tokeniser, Tokeniser];
      for (let stop = 0; stop < stops; stop++) engine.judge(one, scores, () => true);
      engine.judge(two, scores, () => true);
      expect(engine.judge(one, scores)).toBe(true);
      expect([...scores]).toEqual(expected[0]);
      engine.judge(one, scores, () => true);
      one.read(texts[1] as string, 0);
      expect(engine.judge(one, scores)).toBe(true);
      expect([...scores]).toEqual(expected[1]);
    }
  });

  it('allocates nothing for words that it has met', async () => {
    const { engine, window } = await open(smallModel());
    const scores = new Float64Array(LABELS.length);
    const text = Array.from({ length: 100 }, (_, index) => WORDS[index % WORDS.length]).join(' ');
    const judge = (): void => {
      window.read(text, 0);
      engine.judge(window, scores);
    };
    for (let round = 0; round < 3000; round++) judge();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 500; round++) judge();
    // Under two bytes a word: less than any object has.
    expect((process.memoryUsage().heapUsed - before) / 500).toBeLessThan(200);
  });

  it('is held by a comparison that can fail: it notices each array', async () => {
    const model = smallModel();
    const samples = ['you are such a kind river', 'grumble snarl hiss', 'so very blue', 'unknowable things'];
    const { judge, window } = await open(model);
    const judged = samples.map((text) => ({ text, scores: judge(text) }));
    const naive = (other: Model, text: string): number[] => {
      window.read(text, 0);
      return naiveScores(other, window);
    };
    const names = [...model.weights.keys(), 'vectors', 'scales'];
    for (const name of names) {
      const part = model.weights.has(name) ? 'weights' : 'vocabulary';
      const tensor = model[part].get(name);
      const data = tensor?.data.map((value) => value * 0.9) as Float32Array;
      const changed = new Map([...model[part], [name, { shape: tensor?.shape ?? [], data }] as const]);
      const other = { ...model, [part]: changed };
      const worst = Math.max(...judged.map(({ scores, text }) => distance(scores, naive(other, text))));
      expect(worst, name).toBeGreaterThan(1e-4);
    }
  });
});

describe('the explanation', () => {
  it('ranks a planted word first, wherever it stands', async () => {
    const model = plantedModel(['grumble']);
    const { judge, explain } = await open(model);
    for (const count of [1, 5, 32, 33, 90]) {
      for (const place of [0, Math.floor(count / 2), count - 1]) {
        const words = Array.from({ length: count }, (_, index) => (index === place ? 'grumble' : 'river'));
        const scores = judge(words.join(' '));
        for (const label of LABELS.keys()) {
          expect(scores[label]).toBeGreaterThan(0.5);
          const contributions = explain(label);
          expect(contributions.indexOf(Math.max(...contributions))).toBe(place);
        }
      }
    }
  });

  it('shares the whole logit out where there is no bias', async () => {
    // Without biases the ReLU network is the sum of its inputs times their gradients, exactly.
    const model = smallModel({ seed: 7, dimensions: 6, filters: 5, hidden: 9 });
    for (const [name, { data }] of model.weights) if (/^(conv|dense).*bias$/.test(name)) data.fill(0);
    const { judge, window, explain } = await open(model);
    const weights = (name: string): number[] => [...(model.weights.get(name)?.data ?? [])];
    const { calibration } = model.manifest;
    fc.assert(
      fc.property(texts(32), (text) => {
        judge(text);
        const logits = naiveLogits(model, window);
        for (const label of LABELS.keys()) {
          const constant =
            (calibration.bias[label] as number) +
            (calibration.deep[label] as number) * (weights('logits/bias')[label] as number) +
            (calibration.wide[label] as number) * (weights('wide/bias')[label] as number);
          const shared = explain(label).reduce((sum, value) => sum + value, 0);
          expect(shared + constant).toBeCloseTo(logits[label] as number, 3);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is of the part of a long text that decided, and zero elsewhere', async () => {
    const model = plantedModel(['grumble']);
    const { judge, explain } = await open(model);
    judge(Array.from({ length: 100 }, (_, index) => (index === 70 ? 'grumble' : 'river')).join(' '));
    const contributions = explain(0);
    expect(contributions).toHaveLength(100);
    expect(contributions.slice(0, 48).every((value) => value === 0)).toBe(true);
    expect(contributions[70]).toBeGreaterThan(1);
  });

  it('does not change what is judged next', async () => {
    const { judge, explain } = await open(smallModel());
    const before = judge('you are such a grumble');
    for (const label of LABELS.keys()) explain(label);
    expect(judge('you are such a grumble')).toEqual(before);
  });
});
