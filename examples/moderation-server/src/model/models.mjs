import { channel } from 'node:diagnostics_channel';
import { createClassifier, isToxicityGuardError } from '@toxicity-guard/core';
import { Refusal } from '../settings/refusal.mjs';
import { createPredictor } from './prediction.mjs';
import { runSelfTest } from './self-test.mjs';

/**
 * Where every judged text is told, whichever route it came by: `{ action, labels, durationMs, model }`. Never
 * the text.
 */
export const JUDGED_CHANNEL = 'moderation-server:judged';

const judged = channel(JUDGED_CHANNEL);

/**
 * The model in use, and the one that will be. A model is loaded beside the one in use and tried; `use()` then
 * changes over between two texts. Those under way are judged to their end by the model that began them.
 */
export function createModels() {
  /** The texts that a model must judge right before it is used. */
  let selfTest = [];
  let current;
  let next;
  /** Texts under way, and the time that texts have spent under way, for the mean of their number. */
  const underWay = { texts: 0, textMs: 0 };
  /** The classifiers that are open, and what the caches of those did that are closed: a sum that never falls. */
  const open = new Set();
  const gone = { hits: 0, misses: 0 };

  async function load(folder) {
    const classifier = createClassifier(folder === undefined ? {} : { model: folder });
    try {
      const info = await classifier.ready();
      await runSelfTest(classifier, selfTest);
      open.add(classifier);
      return { classifier, info, predictor: createPredictor(info), uses: 0, retired: false };
    } catch (error) {
      await classifier.close();
      throw isToxicityGuardError(error) ? new Refusal(error.message) : error;
    }
  }

  function retire(model) {
    if (model === undefined) return;
    model.retired = true;
    if (model.uses > 0) return;
    const { hits, misses } = model.classifier.cacheStats();
    gone.hits += hits;
    gone.misses += misses;
    open.delete(model.classifier);
    void model.classifier.close();
  }

  async function hold(work) {
    if (current === undefined) throw new Refusal('No model is loaded yet.');
    const model = current;
    model.uses++;
    try {
      return await work(model);
    } finally {
      model.uses--;
      if (model.retired) retire(model);
    }
  }

  /** All texts are under way from the start, those that wait too: it is they that more workers are for. */
  async function judge(texts, optionsOf, pick) {
    const started = performance.now();
    const leave = (count) => {
      underWay.texts -= count;
      underWay.textMs += count * (performance.now() - started);
    };
    const results = [];
    underWay.texts += texts.length;
    try {
      await hold(async (model) => {
        for (const text of texts) {
          results.push(pick(await judgeOne(model, text, optionsOf(model))));
          leave(1);
        }
      });
      return results;
    } finally {
      leave(texts.length - results.length);
    }
  }

  async function judgeOne({ classifier, predictor, info }, text, options) {
    const started = performance.now();
    const classification = await classifier.classify(text, options);
    const durationMs = performance.now() - started;
    const prediction = predictor.predict(classification);
    const { action, labels } = prediction;
    judged.publish({ action, labels, durationMs, model: info.id });
    return { classification, prediction };
  }

  const asPrediction = ({ prediction }) => prediction;
  const asClassification = ({ classification }) => classification;
  const predictMany = (texts, options) =>
    judge(texts, ({ predictor }) => ({ spans: predictor.labelsOf, ...options }), asPrediction);
  const classifyMany = (texts, options) => judge(texts, () => options, asClassification);

  return {
    underWay,
    /** How many words' rows were at hand and how many had to be made, so far and in all models. */
    cacheStats() {
      const sum = { ...gone };
      for (const classifier of open) {
        const { hits, misses } = classifier.cacheStats();
        sum.hits += hits;
        sum.misses += misses;
      }
      return sum;
    },
    /** What the model in use says of itself, or `undefined` before one is. */
    info: () => current?.info,
    /** Loads the first model and tries it. Rejects with a {@link Refusal}. */
    async load(folder, cases) {
      selfTest = cases;
      current = await load(folder);
    },
    /** Loads a model beside the one in use and tries it. Rejects with a {@link Refusal}. */
    async prepare(folder) {
      const prepared = await load(folder);
      retire(next);
      next = prepared;
    },
    /** Changes over to the prepared model and gives its id. */
    use() {
      if (next === undefined) throw new Refusal('No model is prepared.');
      retire(current);
      current = next;
      next = undefined;
      return current.info.id;
    },
    /** Lets the prepared model go. */
    discard() {
      retire(next);
      next = undefined;
    },
    /** `{ action, labels, scores, spans, model }` of one text. */
    predict: async (text, options) => (await predictMany([text], options))[0],
    predictMany,
    /** The model in use as a classifier, for guards and for whatever else takes one. */
    classifier: {
      classify: async (text, options) => (await classifyMany([text], options))[0],
      classifyMany,
      ready: () => hold(async ({ info }) => info),
      // Whoever is handed it does not own it.
      close: async () => {},
    },
  };
}
