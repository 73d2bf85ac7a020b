import type { Classification, Classifier, ClassifyOptions } from '../src/classifier/classification.js';
import { LABELS, type Label, type Scores } from '../src/labels.js';

/** Scores of 0 but for those given. */
export function scores(over: Partial<Scores> = {}): Scores {
  return { ...(Object.fromEntries(LABELS.map((label) => [label, 0])) as Scores), ...over };
}

/** The same number for every label. */
export function all(score: number): Scores {
  return Object.fromEntries(LABELS.map((label) => [label, score])) as Scores;
}

const WORDS: readonly [word: string, scores: Partial<Scores>][] = [
  ['REFUSE', { toxic: 0.95, insult: 0.92 }],
  ['RUDE', { toxic: 0.6 }],
];

export interface WordClassifier extends Classifier {
  /** Every text that was judged. */
  readonly seen: string[];
  loads: number;
  closes: number;
  /** Runs before each answer, to be slow or to fail. */
  before: (text: string, options: ClassifyOptions) => unknown;
}

/** A classifier by hand: `REFUSE` reaches the reject threshold of 0.9, `RUDE` the flag threshold of 0.5. */
export function wordClassifier(before: WordClassifier['before'] = () => undefined): WordClassifier {
  const classifier: WordClassifier = {
    seen: [],
    loads: 0,
    closes: 0,
    before,
    async classify(text, options = {}): Promise<Classification> {
      await classifier.before(text, options);
      classifier.seen.push(text);
      const found = WORDS.find(([word]) => text.includes(word));
      const given = scores(found?.[1]);
      const { spans = false } = options;
      const wanted = typeof spans === 'function' ? spans(given).length > 0 : spans;
      const start = found === undefined ? -1 : text.indexOf(found[0]);
      return {
        scores: given,
        spans: wanted && found !== undefined ? [[start, start + found[0].length]] : [],
        model: 'words-1',
      };
    },
    async classifyMany(texts, options) {
      const answers: Classification[] = [];
      for (const text of texts) answers.push(await classifier.classify(text, options));
      return answers;
    },
    async ready() {
      classifier.loads++;
      return { id: 'words-1', thresholds: { flag: all(0.5), reject: all(0.9) } };
    },
    async close() {
      classifier.closes++;
    },
  };
  return classifier;
}

export const labelsOf = (...labels: Label[]): Label[] => labels;
