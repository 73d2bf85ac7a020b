import { Ranking } from '../metrics.js';
import { bootstrap, type Figure } from './bootstrap.js';
import type { BiasFigures, SubgroupFigures } from './figures.js';
import { CATEGORIES, type Category, IDENTITY_TERMS } from './identity-terms.js';
import type { Sampling } from './label-figures.js';
import { columnOf, onlyRows, type Scored } from './scored.js';

/** With fewer texts of a class, an area under the curve is a matter of luck. */
const LEAST = 10;
/** Borkan et al. 2019: terms with a low AUC weigh most. */
const POWER = -5;

const PARTS = ['subgroup', 'bpsn', 'bnsp'] as const;
type Part = (typeof PARTS)[number];

/** Texts that have a term, or any term of a category. */
interface Subgroup {
  readonly name: string;
  readonly category: Category;
  readonly has: Uint8Array;
}

/**
 * Bias of `toxic` over identity terms as Borkan et al. 2019 measure it: three areas under the ROC curve for each
 * term, and their power means.
 */
export function biasFigures(scored: Scored, sampling: Sampling): BiasFigures {
  const scores = columnOf(scored.scores, 0);
  const labels = columnOf(scored.labels, 0);
  const terms = termsIn(scored.texts);
  const categories = CATEGORIES.map((category) => union(category, terms));
  const all = [...categories, ...terms].map((subgroup) => ({
    subgroup,
    counts: new Ranking(
      scores,
      onlyRows(labels, (row) => subgroup.has[row] === 1),
    ).counts,
  }));
  const enough = all.filter(
    ({ counts: { rows, positives } }) => positives >= LEAST && rows - positives >= LEAST,
  );
  const rankings = enough.map(({ subgroup }) => rankingsOf(subgroup.has, scores, labels));
  const ofTerms = enough.flatMap(({ subgroup }, index) => (terms.includes(subgroup) ? [index] : []));
  const figures = bootstrap({ rows: labels.length, ...sampling }, (weights) => {
    const values = rankings.map((three) => three.map((ranking) => ranking.auc(weights)));
    const means = PARTS.map((_, part) => powerMean(ofTerms.map((index) => values[index]?.[part] as number)));
    return [...means, ...values.flat()];
  });
  const threeFrom = (place: number): Record<Part, Figure> =>
    Object.fromEntries(PARTS.map((part, index) => [part, figures[place + index]])) as Record<Part, Figure>;
  const found = all.map((entry): SubgroupFigures => {
    const { name, category } = entry.subgroup;
    const { rows, positives } = entry.counts;
    const place = enough.indexOf(entry);
    const areas = place === -1 ? NO_AREAS : threeFrom(PARTS.length * (place + 1));
    return { name, category, positives, negatives: rows - positives, ...areas };
  });
  return {
    texts: labels.reduce((sum, label, row) => {
      return sum + (label <= 1 && categories.some(({ has }) => has[row] === 1) ? 1 : 0);
    }, 0),
    least: LEAST,
    categories: found.slice(0, categories.length),
    terms: found.slice(categories.length),
    means: threeFrom(0),
  };
}

const NONE: Figure = { value: null, low: null, high: null };
const NO_AREAS: Record<Part, Figure> = { subgroup: NONE, bpsn: NONE, bnsp: NONE };

/** The rankings behind the three areas, in the order of {@link PARTS}. */
function rankingsOf(has: Uint8Array, scores: Float64Array, labels: Float64Array): Ranking[] {
  const ranking = (isIn: (row: number) => boolean): Ranking => new Ranking(scores, onlyRows(labels, isIn));
  return [
    ranking((row) => has[row] === 1),
    ranking((row) => (has[row] === 1) === (labels[row] === 0)),
    ranking((row) => (has[row] === 1) === (labels[row] === 1)),
  ];
}

/** The generalised mean (Borkan et al. 2019, equation 1); NaN of nothing. */
export function powerMean(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value ** POWER, 0);
  return (sum / values.length) ** (1 / POWER);
}

/** Every term, with the texts that have it. Letters before or behind make it another word. */
function termsIn(texts: readonly string[]): Subgroup[] {
  const terms: Subgroup[] = [];
  const termOf = new Map<string, Subgroup>();
  for (const category of CATEGORIES) {
    for (const forms of IDENTITY_TERMS[category]) {
      const term = { name: forms[0] as string, category, has: new Uint8Array(texts.length) };
      terms.push(term);
      for (const form of forms) termOf.set(form, term);
    }
  }
  // The longest first, or "african american" would never be found.
  const forms = [...termOf.keys()].sort((a, b) => b.length - a.length).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${forms})(?![\\p{L}\\p{N}_])`, 'giu');
  for (const [row, text] of texts.entries()) {
    for (const [found] of text.matchAll(pattern)) {
      const term = termOf.get(found.toLowerCase());
      if (term !== undefined) term.has[row] = 1;
    }
  }
  return terms;
}

function union(category: Category, terms: readonly Subgroup[]): Subgroup {
  const own = terms.filter((term) => term.category === category);
  const first = own[0]?.has ?? new Uint8Array();
  return { name: category, category, has: first.map((_, row) => (own.some(({ has }) => has[row]) ? 1 : 0)) };
}
