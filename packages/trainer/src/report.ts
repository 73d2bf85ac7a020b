import { type FoldedNetwork, LABELS, type Manifest, type Model } from '@toxicity-guard/core/training';
import type { Comments } from './comments.js';
import type { EpochScore } from './deep-run.js';
import { aucs, foldedScores, labelsOf, mean } from './evaluation.js';
import type { Settings } from './settings.js';

/** Dev figures of one source. */
export interface SourceFigure {
  readonly source: string;
  readonly rows: number;
  /** ROC AUC of each label; NaN where a label lacks positives or negatives. */
  readonly aucs: readonly number[];
}

/** Dev figures of every source, scored by the folded engine. */
export function sourceFigures(
  model: Model,
  engine: FoldedNetwork,
  comments: Comments,
  dev: readonly number[],
): SourceFigure[] {
  return comments.sources.map((source, index) => {
    const rows = dev.filter((row) => comments.source[row] === index);
    const scores = foldedScores(
      model,
      engine,
      rows.map((row) => comments.texts[row] as string),
    );
    return { source, rows: rows.length, aucs: aucs(scores, labelsOf(comments, rows)) };
  });
}

/** What {@link writeReport} tells of. */
export interface ReportInput {
  readonly manifest: Manifest;
  readonly figures: readonly SourceFigure[];
  readonly epochs: readonly EpochScore[];
  readonly seconds: number;
}

/** The report of a run, as Markdown. */
export function writeReport({ manifest, figures, epochs, seconds }: ReportInput): string {
  const show = (value: number | null | undefined): string =>
    value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(4);
  const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
  const head = (...cells: string[]): string => `${row(...cells)}\n${row(...cells.map(() => '---'))}`;
  const metric = (name: string): string[] => {
    const values = (manifest.metrics[name] ?? {}) as Record<string, number | null>;
    const known = LABELS.map((label) => values[label] ?? Number.NaN);
    return [...known.map(show), show(mean(known))];
  };
  const { settings, words, comments } = manifest.provenance as {
    settings: Pick<Settings, 'referenceSource' | 'thresholds'>;
    words: number;
    comments: { train: number; dev: number };
  };
  const { flag, reject } = settings.thresholds;
  return `# Training report: ${manifest.name} ${manifest.version}

Content hash \`${manifest.contentHash}\`. ${comments.train} comments to train on, ${comments.dev} to tune on;
${words} words; ${Math.round(seconds / 60)} minutes of training.
All figures are ROC AUC on dev comments.

## Dev comments of \`${settings.referenceSource}\`

${head('', ...LABELS, 'mean')}
${row('**as shipped**, by the folded engine', ...metric('auc'))}
${row('both parts, vectors as 32-bit floats', ...metric('float32Auc'))}
${row('both parts, vectors as signed bytes', ...metric('int8Auc'))}
${row('deep part alone', ...metric('deepAuc'))}
${row('linear part alone', ...metric('wideAuc'))}

The first row differs from the third in that parts of long texts are judged on their own as well.

## Every source

A blank is a label that the source does not give, or gives to all or none of its comments.

${head('source', 'comments', ...LABELS)}
${figures.map((figure) => row(figure.source, String(figure.rows), ...figure.aucs.map(show))).join('\n')}

## Epochs of the deep part

${head('epoch', 'loss', ...LABELS, 'mean')}
${epochs.map((epoch, index) => row(String(index + 1), epoch.loss.toFixed(4), ...epoch.aucs.map(show), show(mean(epoch.aucs)))).join('\n')}

The epoch with the best mean is kept.

## Default thresholds

Chosen so that of the clean dev comments of \`${settings.referenceSource}\` at most ${flag.share * 100} % are flagged and at
most ${reject.share * 100} % refused, for any label; \`toxic\` takes what the other labels leave of that.

${head('', ...LABELS)}
${row('flag', ...LABELS.map((label) => manifest.thresholds.flag[label].toFixed(3)))}
${row('reject', ...LABELS.map((label) => manifest.thresholds.reject[label].toFixed(3)))}
`;
}
