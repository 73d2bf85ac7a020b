import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LABELS, type Manifest, type Model } from '@toxicity-guard/core/training';
import { draftManifest, quantiseModel } from './assemble.js';
import { augment } from './augment.js';
import { calibrateLogits, choosePartPenalty, chooseThresholds, recalibrate } from './calibrate.js';
import { CheckpointFile } from './checkpoint.js';
import { type Comments, readComments, UNKNOWN } from './comments.js';
import { DeepRun, type RunState } from './deep-run.js';
import { buildVocabulary, encode } from './encode.js';
import { readTexts } from './evaluation/texts.js';
import { aucs, engineOf, foldedScores, labelsOf, mean } from './evaluation.js';
import { writeModel } from './model-files.js';
import { mergeSettings, type Progress, type TrainOptions } from './options.js';
import { Random } from './random.js';
import { sourceFigures, writeReport } from './report.js';
import { DEFAULT_SETTINGS, type Settings } from './settings.js';
import { sourceOf } from './sources.js';
import { fitSpanWeights } from './span-weights.js';
import { readTeacher } from './teacher.js';
import { readTemplates } from './templates.js';
import { trainWide, type Wide, WideFeatures, wideLogits } from './wide.js';

const L = LABELS.length;
/** Beside the sources as beside what is built of them. */
const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

/** What a run made. */
export interface TrainResult {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly report: string;
}

/**
 * Trains the wide-and-deep network and writes its model folder and a report. Seeded: the same data, settings
 * and versions give the same model. A run that was stopped goes on from its last checkpoint.
 *
 * @throws {Error} when the data is not of its form, or the checkpoint is another run's.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const settings = mergeSettings<Settings>(DEFAULT_SETTINGS, options.settings);
  const tell = (stage: string, done = 0, total = 1, note?: string): void => {
    const progress: Progress = { stage, done, total };
    options.onProgress?.(note === undefined ? progress : { ...progress, note });
  };
  tell('reading comments');
  const given = await readComments(options.comments);
  const givenTeacher =
    options.teacher === undefined ? undefined : await readTeacher(options.teacher, given.texts.length);
  const checkpointFolder = options.checkpoint ?? join(options.out, '.checkpoint');
  const files = [options.comments, ...(options.teacher === undefined ? [] : [options.teacher])];
  const digests = await Promise.all(files.map(digestOf));
  tell('making more comments');
  const templates =
    settings.augmentation.templates > 0 ? await readTemplates(options.templates ?? TEMPLATES) : undefined;
  const random = new Random(settings.seed);
  const { comments, teacher, plain } = augment(given, givenTeacher, templates, settings.augmentation, random);
  const made = createHash('sha256')
    .update(JSON.stringify(comments.texts.slice(given.texts.length)))
    .digest('hex');
  const fingerprint = JSON.stringify({ ...learning(settings), digests, made });
  const checkpoint = new CheckpointFile<RunState>(checkpointFolder, fingerprint);
  const saved = await checkpoint.read();

  tell('reading words');
  const trainTexts = comments.texts.slice(0, plain).filter((_, row) => !comments.isDev[row]);
  const vocabulary = buildVocabulary(trainTexts, settings.window, settings.vocabulary);
  const encoded = encode(comments.texts, settings.window, vocabulary);
  const rows = rowsOf(comments, encoded.offsets, settings);

  const features = new WideFeatures(encoded, settings.wide.buckets);
  // Copies would teach a sum of words that none of them matters much.
  const own = rows.train.filter((row) => row < plain);
  const wide = saved
    ? { weights: saved.arrays.get('wide/weights'), bias: saved.arrays.get('wide/bias') }
    : trainLinear(comments, teacher, features, own, settings, (done, total) =>
        tell('linear part', done, total),
      );

  const run = new DeepRun({ comments, teacher, encoded, rows, settings, wide: wide as Wide, checkpoint });
  await run.train(saved, options, tell);

  tell('calibrating');
  const labels = labelsOf(comments, rows.calibration);
  const linear = (): Float32Array => {
    const logits = new Float32Array(rows.calibration.length * L);
    const one = new Float64Array(L);
    for (const [index, row] of rows.calibration.entries()) {
      logits.set(wideLogits(wide as Wide, features, row, one), index * L);
    }
    return logits;
  };
  const deepOnly = run.trainer.predict(rows.calibration);
  const linearOnly = linear();
  const exact = stackAucs(deepOnly, linearOnly, labels, settings);
  const tensors = quantiseModel(run.trainer, wide as Wide, settings);
  const deepBytes = run.trainer.predict(rows.calibration);
  const linearBytes = linear();
  const stored = stackAucs(deepBytes, linearBytes, labels, settings);

  const draft = draftManifest(settings, calibrateLogits(deepBytes, linearBytes, labels, settings));
  const modelWith = (calibration: Manifest['calibration']): Model => ({
    folder: options.out,
    manifest: { ...draft, calibration, contentHash: '', files: {} },
    ...tensors,
  });
  const first = modelWith(draft.calibration);
  const trial = await engineOf(first);
  const texts = rows.calibration.map((row) => comments.texts[row] as string);
  tell('judging parts of long texts');
  const partPenalty = choosePartPenalty(first, trial, texts, labels, settings);
  trial.partPenalty.set(partPenalty);
  const stacked = { ...draft.calibration, partPenalty };
  const calibration = recalibrate(stacked, foldedScores(first, trial, texts), labels, settings);
  const model = modelWith(calibration);
  const engine = await engineOf(model);
  const thresholds = chooseThresholds(foldedScores(model, engine, texts), labels, settings);
  tell('learning which words to report');
  const spans =
    options.spans === undefined
      ? settings.spans
      : fitSpanWeights(engine, (await readTexts([options.spans], { split: 'train' })).marked);

  tell('writing the model');
  const figures = sourceFigures(model, engine, comments, rows.dev);
  const reference = figures.find((figure) => figure.source === settings.referenceSource);
  const manifest = await writeModel(
    options.out,
    {
      ...draft,
      calibration,
      thresholds,
      spans,
      metrics: {
        devRows: rows.calibration.length,
        auc: byLabel(reference?.aucs ?? []),
        meanAuc: round(mean(reference?.aucs ?? [])),
        deepAuc: byLabel(aucs(deepOnly, labels)),
        wideAuc: byLabel(aucs(linearOnly, labels)),
        float32Auc: byLabel(exact),
        int8Auc: byLabel(stored),
      },
      provenance: {
        trainer: '@toxicity-guard/trainer',
        data: files.map((_, index) => ({ sha256: digests[index] })),
        comments: { train: rows.train.length, dev: rows.dev.length },
        words: vocabulary.length,
        settings,
      },
      licences: comments.sources.map((source) => ({ source, licence: sourceOf(source).licence })),
    },
    tensors,
  );
  const report = options.report ?? join(options.out, 'report.md');
  await writeFile(report, writeReport({ manifest, figures, epochs: run.scores, seconds: run.seconds }));
  await checkpoint.remove();
  if (options.checkpoint === undefined) await rm(checkpointFolder, { recursive: true, force: true });
  tell('done', 1, 1);
  return { manifest, folder: options.out, report };
}

/** Which comments serve for what; those without a word serve for nothing. */
export interface Rows {
  readonly train: readonly number[];
  readonly dev: readonly number[];
  /** Dev comments of the reference source. */
  readonly calibration: readonly number[];
}

/** The settings that decide what is learnt; the others may change between a checkpoint and its taking up. */
function learning({
  seed,
  referenceSource,
  window,
  augmentation,
  vocabulary,
  network,
  ngramBuckets,
  deep,
  wide,
}: Settings): object {
  return { seed, referenceSource, window, augmentation, vocabulary, network, ngramBuckets, deep, wide };
}

function rowsOf(comments: Comments, offsets: Int32Array, settings: Settings): Rows {
  const reference = comments.sources.indexOf(settings.referenceSource);
  if (reference === -1) throw new Error(`No comment is of the source ${settings.referenceSource}`);
  const all = comments.texts.map((_, row) => row).filter((row) => offsets[row] !== offsets[row + 1]);
  const dev = all.filter((row) => comments.isDev[row]);
  return {
    train: all.filter((row) => !comments.isDev[row]),
    dev,
    calibration: dev.filter((row) => comments.source[row] === reference),
  };
}

function trainLinear(
  comments: Comments,
  teacher: Float32Array | undefined,
  features: WideFeatures,
  rows: readonly number[],
  settings: Settings,
  onProgress: (done: number, total: number) => void,
): Wide {
  const share = teacher === undefined ? 0 : settings.wide.distillation;
  const targets = Float32Array.from(comments.labels, (label, at) => {
    const soft = teacher?.[at];
    if (soft === undefined || Number.isNaN(soft)) return label;
    return label === UNKNOWN ? soft : share * soft + (1 - share) * label;
  });
  // The reference source always teaches the linear part, listed or not.
  const weights = comments.sources.map((name) =>
    name === settings.referenceSource ? Math.max(1, sourceOf(name).wide) : sourceOf(name).wide,
  );
  const weightOf = (row: number): number => weights[comments.source[row] as number] as number;
  const used = rows.filter((row) => weightOf(row) > 0);
  return trainWide(features, used, targets, weightOf, settings.wide, new Random(settings.seed), onProgress);
}

/** AUC of the weighted sum of both parts. */
function stackAucs(deep: Float32Array, wide: Float32Array, labels: Uint8Array, settings: Settings): number[] {
  const { deep: a, wide: b } = calibrateLogits(deep, wide, labels, settings);
  const sum = deep.map(
    (logit, at) => logit * (a[at % L] as number) + (wide[at] as number) * (b[at % L] as number),
  );
  return aucs(sum, labels);
}

function byLabel(values: readonly number[]): Record<string, number | null> {
  return Object.fromEntries(
    LABELS.map((label, index) => [
      label,
      Number.isNaN(values[index]) ? null : round(values[index] as number),
    ]),
  );
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
