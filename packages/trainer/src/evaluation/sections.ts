import { LABELS } from '@toxicity-guard/core';
import type { Figures, GroupRate, LabelFigures, SourceFigures, SubgroupFigures } from './figures.js';
import { count, NOTHING, show, showShare, table } from './markdown.js';

/** Groups that are shown by name: those that are flagged most, and least. */
const SHOWN_GROUPS = 8;
const NOT_MEASURED = 'Not measured: the files hold nothing to measure it on.';

/** The parts of a report and of a model card, as Markdown without headings. */
export interface Sections {
  /** What was read and how the intervals were made. */
  readonly data: string;
  /** Every label on the reference source. */
  readonly labels: string;
  /** The AUC of every label on every source. */
  readonly sources: string;
  /** What the default thresholds do on every source. */
  readonly rates: string;
  readonly bias: string;
  readonly gap: string;
  readonly robustness: string;
  readonly spans: string;
}

/** Writes figures as Markdown, once for the report and for the card. */
export function writeSections(figures: Figures): Sections {
  return {
    data: data(figures),
    labels: labels(figures),
    sources: sources(figures),
    rates: rates(figures),
    bias: bias(figures),
    gap: gap(figures),
    robustness: robustness(figures),
    spans: spans(figures),
  };
}

/** The figures of every label on one source. */
export function labelTable({ labels: found }: SourceFigures): string {
  const row = (label: string, own: LabelFigures): string[] => [
    label,
    count(own.rows),
    count(own.positives),
    show(own.auc),
    show(own.averagePrecision),
    show(own.recallAt1),
    show(own.recallAt5),
    show(own.calibrationError),
  ];
  return table(
    ['label', 'texts', 'positive', 'ROC AUC', 'average precision', 'recall at 1 % FPR', 'at 5 % FPR', 'ECE'],
    LABELS.map((label) => row(label, found[label])),
  );
}

function data({ data: { files, split, tooLong }, method, sources: all, reference }: Figures): string {
  const { resamples, seed } = method;
  const lines = [
    table(
      ['file', 'rows', 'SHA-256'],
      files.map(({ name, rows, sha256 }) => [name, count(rows), `\`${sha256}\``]),
    ),
    table(
      ['source', 'texts', ...LABELS],
      all.map(({ source, rows, labels: found }) => [
        source,
        count(rows),
        ...LABELS.map((label) => {
          const { rows: known, positives } = found[label];
          return known === 0 ? NOTHING : `${count(positives)} of ${count(known)}`;
        }),
      ]),
    ),
    `Positive texts of those whose label is known${split === null ? '' : `, split \`${split}\` alone`}. ` +
      (all.length > 1
        ? `Sources mean different things by their labels; \`${reference}\` speaks for the whole.`
        : ''),
  ];
  if (all.length === 0) lines.splice(1, 2);
  if (tooLong > 0) lines.push(`${count(tooLong)} texts are longer than the classifier judges and left out.`);
  lines.push(
    resamples === 0
      ? `Seed ${seed}; no intervals were taken.`
      : `In brackets: 95 % of ${count(resamples)} bootstrap resamples of the texts (percentile interval, seed ${seed}).`,
  );
  return paragraphs(lines);
}

function labels({ sources: all, reference }: Figures): string {
  const own = all.find(({ source }) => source === reference);
  if (own === undefined) return NOT_MEASURED;
  return paragraphs([
    labelTable(own),
    `Source \`${reference}\`. ROC AUC, average precision and recall as scikit-learn defines them; recall is the highest of a ` +
      'threshold at which at most 1 % and 5 % of the negatives are found. ECE is the expected calibration error over 15 ' +
      `bins of equal mass. \`${NOTHING}\` stands where a class is missing.`,
  ]);
}

function sources({ sources: all }: Figures): string {
  if (all.length === 0) return NOT_MEASURED;
  return table(
    ['source', 'texts', ...LABELS],
    all.map(({ source, rows, labels: found }) => [
      source,
      count(rows),
      ...LABELS.map((label) => show(found[label].auc)),
    ]),
  );
}

function rates({ sources: all }: Figures): string {
  if (all.length === 0) return NOT_MEASURED;
  return paragraphs([
    table(
      ['source', 'harmless', 'flagged', 'refused', 'toxic', 'flagged', 'refused'],
      all.map(({ source, rates: own }) => [
        source,
        count(own.harmless),
        showShare(own.harmlessFlagged),
        showShare(own.harmlessRefused),
        count(own.toxic),
        showShare(own.toxicFlagged),
        showShare(own.toxicRefused),
      ]),
    ),
    'At the default thresholds, for any label. Harmless: `toxic` is 0 and no label is 1. Toxic: any label is 1. What is ' +
      'refused counts as flagged too.',
  ]);
}

function bias({ bias: found }: Figures): string {
  if (found === null) return NOT_MEASURED;
  const { means, least, terms, categories, texts } = found;
  const row = ({ name, positives, negatives, subgroup, bpsn, bnsp }: SubgroupFigures): string[] => [
    name,
    count(positives),
    count(negatives),
    show(subgroup),
    show(bpsn),
    show(bnsp),
  ];
  const measured = terms.filter((term) => term.subgroup.value !== null);
  const head = ['', 'toxic', 'not toxic', 'subgroup AUC', 'BPSN AUC', 'BNSP AUC'];
  return paragraphs([
    table(head, [
      ['**power mean over terms**', '', '', show(means.subgroup), show(means.bpsn), show(means.bnsp)],
      ...categories.map(row),
    ]),
    table(['term', ...head.slice(1)], measured.map(row)),
    `ROC AUC of \`toxic\` as in Borkan et al. 2019, on the ${count(texts)} texts that name a group of people and the others as ` +
      'background. BPSN is low where harmless texts with the term score high, BNSP where toxic ones score low. The power ' +
      `mean (p = -5) is over the ${measured.length} of ${terms.length} terms with at least ${least} toxic and ${least} other texts.`,
  ]);
}

function gap({ identityGap: { groups, categories, sentences, gap: difference, mean } }: Figures): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const row = ({ name, falsePositiveRate }: GroupRate): string[] => [name, percent(falsePositiveRate)];
  const ranked = [...groups].sort((a, b) => b.falsePositiveRate - a.falsePositiveRate);
  return paragraphs([
    table(
      ['', 'flagged'],
      [
        ['**gap**, highest minus lowest', percent(difference)],
        ['mean of the groups', percent(mean)],
        ...categories.map(row),
      ],
    ),
    table(['most flagged groups', 'flagged'], ranked.slice(0, SHOWN_GROUPS).map(row)),
    table(['least flagged groups', 'flagged'], ranked.slice(-SHOWN_GROUPS).reverse().map(row)),
    `${sentences} neutral and kind sentences, each said of ${groups.length} groups of people; none should be flagged.`,
  ]);
}

function robustness({ robustness: found }: Figures): string {
  if (found === null) return 'Not measured.';
  const { plain, disguises, texts, positives, share } = found;
  return paragraphs([
    table(
      ['disguise', 'ROC AUC', 'loss'],
      [['none', show(plain), ''], ...disguises.map(({ name, auc, loss }) => [name, show(auc), show(loss)])],
    ),
    `ROC AUC of \`toxic\` on ${count(texts)} texts, ${count(positives)} of them toxic, whether toxic or not all disguised alike: ` +
      `${100 * share} % of the words that carry a meaning, or 50 to 200 harmless words before or after.`,
  ]);
}

function spans({ spans: found }: Figures): string {
  if (found === null) return NOT_MEASURED;
  const { texts, empty, f1 } = found;
  return paragraphs([
    table(['texts', 'without a toxic span', 'character F1'], [[count(texts), count(empty), show(f1)]]),
    'Mean over the texts, as in SemEval-2021 task 5, of the spans that the guard reports at the default flag thresholds.',
  ]);
}

function paragraphs(parts: readonly string[]): string {
  return parts.map((part) => part.trim()).join('\n\n');
}
