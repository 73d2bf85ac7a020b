import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FoldedNetwork, LABELS, loadModel, type Model, vocabularyOf } from '@toxicity-guard/core/training';
import type { ReferenceGraph } from '@toxicity-guard/trainer';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { randomOf, smallModel, WORDS } from '../packages/core/test/small-model.js';
import { describeWith, requirement } from './requirements.js';

// The reference graph takes a tenth of a second a text.
vi.setConfig({ testTimeout: 120_000 });

const BUNDLED = fileURLToPath(new URL('../packages/core/model/', import.meta.url));
/** How far the folded engine may be from TensorFlow, in probability. */
const TOLERANCE = 1e-4;

/** Comments of our own, as people write them: kind, rude, disguised, long, in other scripts, and no words at all. */
const REAL_TEXTS = [
  'Thank you, that was a lovely answer and it helped me a lot.',
  'I do not agree, but I see why you would say so. Could you name a source?',
  'What a stupid idea. Only an idiot would write this!!!',
  'you are an 1d10t and a m0r0n',
  'S H U T   U P   you f.o.o.l',
  'soooooo boooooring, go awaaaaay',
  'Ｗｈａｔ ａ ｊｏｋｅ，ѕtор іt',
  'ha\u200bte thi\u00ads',
  "It's the dog's breakfast, isn't it? Can't say I didn't warn you :-)",
  'See https://example.org/a/b?c=d (2nd page) or call 555-0100 before 10:30.',
  'Das Wetter ist schön. Погода хорошая. 天気がいい。 الجو جميل',
  '👍🏽👍🏽 great 🎉',
  'no',
  '...',
  `The museum opened in 1911 and was enlarged twice. ${'It holds paintings, maps and letters of the region. '.repeat(12)}The end.`,
  `${'I like walking by the river in the early morning. '.repeat(10)}You pathetic loser. ${'The sun was out and the birds sang all day long. '.repeat(10)}`,
];

/** Texts of 1 to 120 words: those of a vocabulary, their disguises, and letters at random. */
function randomTexts(words: readonly string[], count: number, seed: number): string[] {
  const random = randomOf(seed);
  const upTo = (most: number): number => Math.floor(random() * most);
  const letters = (): string =>
    Array.from({ length: 2 + upTo(10) }, () => String.fromCharCode(97 + upTo(26))).join('');
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + upTo(120) }, () => {
      const word = words[upTo(words.length)] as string;
      return [word, word, word, letters(), word.replace('e', '3'), word.toUpperCase()][upTo(6)];
    }).join(' '),
  );
}

describeWith('tfjs-node', 'the folded engine beside the TensorFlow graph of the same model', () => {
  let Graph: typeof ReferenceGraph;

  beforeAll(async () => {
    ({ ReferenceGraph: Graph } = await import('@toxicity-guard/trainer'));
  });

  /** The largest difference of any score over some texts; both engines see a text's first window. */
  async function distance(folded: Model, graph: Model, texts: readonly string[]): Promise<number> {
    const engine = new FoldedNetwork(folded, await vocabularyOf(folded));
    const window = engine.createWindow();
    const scores = new Float64Array(LABELS.length);
    const reference = new Graph(graph);
    let worst = 0;
    for (const text of texts) {
      window.read(text, 0);
      engine.judge(window, scores);
      for (const [label, score] of reference.score(text).entries()) {
        worst = Math.max(worst, Math.abs(score - (scores[label] as number)));
      }
    }
    reference.dispose();
    return worst;
  }

  describe('with random weights', () => {
    const shapes = [
      {},
      { seed: 2, dimensions: 12, filters: 5, hidden: 9 },
      { seed: 3, filters: 1, hidden: 1 },
    ];

    it.each(shapes)('gives the same scores for random texts: %j', async (shape) => {
      const model = smallModel(shape);
      expect(await distance(model, model, randomTexts(WORDS, 60, 1))).toBeLessThan(TOLERANCE);
    });

    it('gives the same scores for real texts', async () => {
      const model = smallModel();
      expect(await distance(model, model, REAL_TEXTS)).toBeLessThan(TOLERANCE);
    });

    it('would be found out by a single array that is a tenth off', async () => {
      const model = smallModel();
      for (const [name, { data, shape }] of model.weights) {
        const spoilt = { shape, data: Float32Array.from(data, (value) => value * 0.9) };
        const weights = new Map([...model.weights, [name, spoilt] as const]);
        expect(await distance(model, { ...model, weights }, REAL_TEXTS), name).toBeGreaterThan(
          10 * TOLERANCE,
        );
      }
    });
  });

  describe('with the bundled model', () => {
    let model: Model;
    let words: string[];

    beforeAll(async () => {
      model = await loadModel(BUNDLED);
      words = new TextDecoder().decode(model.vocabulary.get('words')?.data).split('\n');
    });

    it('gives the same scores for random texts', async () => {
      expect(await distance(model, model, randomTexts(words, 80, 2))).toBeLessThan(TOLERANCE);
    });

    it('gives the same scores for real texts, which differ widely', async () => {
      expect(await distance(model, model, REAL_TEXTS)).toBeLessThan(TOLERANCE);
      const engine = new FoldedNetwork(model, await vocabularyOf(model));
      const window = engine.createWindow();
      const scores = new Float64Array(LABELS.length);
      const toxic = REAL_TEXTS.map((text) => {
        window.read(text, 0);
        engine.judge(window, scores);
        return scores[0] as number;
      });
      expect(Math.max(...toxic) - Math.min(...toxic)).toBeGreaterThan(0.5);
    });

    it('would be found out by one filter that has moved', async () => {
      const kernel = model.weights.get('conv2/kernel');
      const data = Float32Array.from(kernel?.data ?? []);
      for (let at = 0; at < data.length; at += model.manifest.network.filters) data[at] = 1;
      const weights = new Map([
        ...model.weights,
        ['conv2/kernel', { shape: kernel?.shape ?? [], data }] as const,
      ]);
      expect(await distance(model, { ...model, weights }, REAL_TEXTS)).toBeGreaterThan(TOLERANCE);
    });

    const data = requirement('data');
    const title = 'gives the same scores for comments that it was not trained on';

    it.skipIf(!data.available)(data.available ? title : `${title} (${data.reason})`, async () => {
      const { readComments } = await import('@toxicity-guard/trainer');
      const comments = await readComments(join(data.path, 'comments.csv.gz'));
      const dev = comments.texts.filter((_, row) => comments.isDev[row]);
      const sample = Array.from({ length: 300 }, (_, index) => dev[Math.floor((index * dev.length) / 300)]);
      expect(await distance(model, model, sample as string[])).toBeLessThan(TOLERANCE);
    });
  });
});
