import { type Classifier, createClassifier, LABELS } from '@toxicity-guard/core';
import type { Manifest } from '@toxicity-guard/core/training';
import { biasFigures } from './bias.js';
import { bootstrap, type Figure } from './bootstrap.js';
import { type LabelCurves, labelCurves } from './curves.js';
import type { Figures, SpanFigures } from './figures.js';
import { identityGap } from './identity-gap.js';
import { ALL, type Sampling, sourceFigures } from './label-figures.js';
import { readManifest, referenceSourceOf } from './model.js';
import type { Progress } from './progress.js';
import { DISGUISE_NAMES, robustnessFigures } from './robustness.js';
import { scoreTexts } from './score.js';
import { pickRows, type Scored } from './scored.js';
import { spanScores } from './spans.js';
import { readTexts, type SpanTexts, type Texts } from './texts.js';
import { type WorstError, worstErrors } from './worst-errors.js';

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** CSV files with a header, plain or gzip: `source,split,`the six labels`,text`, or `split,spans,text`. */
  readonly files: readonly string[];
  /** Folder of the model. Default: the bundled model. */
  readonly model?: string | undefined;
  /** Takes the rows of this split alone. Default: all rows. */
  readonly split?: string | undefined;
  /** Seed of the resamples and of the disguises. Default 1. */
  readonly seed?: number | undefined;
  /** Resamples behind the intervals; 0 for no intervals. Default 1000. */
  readonly resamples?: number | undefined;
  /** The disguises to judge again under, none to skip robustness. Default: all of `DISGUISE_NAMES`. */
  readonly disguises?: readonly string[] | undefined;
  /** What judges in place of the model's own classifier; it is not closed. */
  readonly classifier?: Classifier | undefined;
  /** Called often while the run goes on. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What {@link evaluate} found. */
export interface Evaluation {
  readonly figures: Figures;
  readonly manifest: Manifest;
  /** Curves of the reference source. */
  readonly curves: readonly LabelCurves[];
  /** Texts of the files that were judged most wrongly. Their content is the files', so mind where it goes. */
  readonly errors: readonly WorstError[];
}

/**
 * Measures a model on labelled texts: accuracy, calibration, bias, robustness against disguises and toxic spans,
 * each with an interval. What is measured is the classifier that ships, through `createClassifier`.
 *
 * @throws {Error} that names file and row when a file is not of its form.
 * @throws {ToxicityGuardError} `MODEL_UNREADABLE`, `MODEL_INCOMPATIBLE`.
 * @example
 * const { figures } = await evaluate({ files: ['comments.csv.gz'], split: 'dev' });
 * figures.sources[0].labels.toxic.auc // { value: 0.97, low: 0.96, high: 0.98 }
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { files, model, split, seed = 1, resamples = 1000, onProgress } = options;
  const disguises = options.disguises ?? DISGUISE_NAMES;
  const unknown = disguises.find((name) => !DISGUISE_NAMES.includes(name));
  if (unknown !== undefined) throw new TypeError(`Expected disguises to be known ones, got \`${unknown}\``);
  const tell = (stage: string, done: number, total: number): void => onProgress?.({ stage, done, total });
  const sampling = (stage: string): Sampling => ({
    seed,
    resamples,
    onProgress: (done) => tell(`intervals of ${stage}`, done, resamples),
  });

  const classifier = options.classifier ?? createClassifier(model === undefined ? {} : { model });
  try {
    const { id, thresholds } = await classifier.ready();
    const manifest = await readManifest(model);
    const read = await readTexts(files, {
      split,
      onProgress: (file, done, total) => tell(`reading ${file}`, done, total),
    });
    const { scored, tooLong } = await score(classifier, read.labelled, tell);
    const isLabelled = scored.texts.length > 0;
    const sources = isLabelled ? sourceFigures(scored, thresholds, sampling('the labels')) : [];
    const { reference, own } = referenceOf(scored, manifest);
    return {
      figures: {
        model: {
          id,
          contentHash: options.classifier === undefined ? manifest.contentHash : null,
          thresholds,
        },
        data: { files: read.files, split: split ?? null, tooLong },
        method: { seed, resamples },
        reference,
        sources,
        bias: isLabelled ? biasFigures(scored, sampling('bias')) : null,
        identityGap: await identityGap(classifier, (done, total) => tell('identity sentences', done, total)),
        robustness:
          isLabelled && disguises.length > 0
            ? await robustnessFigures(classifier, own, {
                names: disguises,
                seed,
                resamples,
                onProgress: (name, done, total) => tell(`disguise ${name}`, done, total),
              })
            : null,
        spans:
          read.marked.texts.length > 0 ? await spans(classifier, read.marked, sampling('spans'), tell) : null,
      },
      manifest,
      curves: labelCurves(own),
      errors: worstErrors(scored),
    };
  } finally {
    if (options.classifier === undefined) await classifier.close();
  }
}

type Tell = (stage: string, done: number, total: number) => void;

/** Scores every text, and leaves out those that are too long to be judged. */
async function score(
  classifier: Classifier,
  texts: Texts,
  tell: Tell,
): Promise<{ scored: Scored; tooLong: number }> {
  const total = texts.texts.length;
  const scores = await scoreTexts(classifier, texts.texts, (done) => tell('judging', done, total));
  const scored = { ...texts, scores };
  const judged = Array.from(texts.texts.keys()).filter((row) => !Number.isNaN(scores[row * LABELS.length]));
  return {
    scored: judged.length === total ? scored : pickRows(scored, judged),
    tooLong: total - judged.length,
  };
}

/** The rows that speak for the whole: those of the source whose meaning of the labels the model has, or all. */
function referenceOf(scored: Scored, manifest: Manifest): { reference: string; own: Scored } {
  const { sources, source, texts } = scored;
  const name = referenceSourceOf(manifest);
  const index = name === undefined ? -1 : sources.indexOf(name);
  if (sources.length === 1) return { reference: sources[0] as string, own: scored };
  if (index === -1) return { reference: ALL, own: scored };
  const rows = Array.from(texts.keys()).filter((row) => source[row] === index);
  return { reference: name as string, own: pickRows(scored, rows) };
}

async function spans(
  classifier: Classifier,
  marked: SpanTexts,
  sampling: Sampling,
  tell: Tell,
): Promise<SpanFigures> {
  const total = marked.texts.length;
  const all = await spanScores(classifier, marked, (done) => tell('spans', done, total));
  const scores = all.filter((value) => !Number.isNaN(value));
  const [f1] = bootstrap({ rows: scores.length, ...sampling }, (weights) => [mean(scores, weights)]);
  return {
    texts: scores.length,
    empty: marked.spans.filter((offsets, row) => offsets.length === 0 && !Number.isNaN(all[row])).length,
    f1: f1 as Figure,
  };
}

function mean(values: Float64Array, weights?: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (const [row, value] of values.entries()) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    sum += weight * value;
    total += weight;
  }
  return sum / total;
}
