import type { Label, ModelInfo } from '@toxicity-guard/core';
import type { Figure } from './bootstrap.js';
import type { Category } from './identity-terms.js';
import type { ReadFile } from './texts.js';

/** Figures of one label on some rows. */
export interface LabelFigures {
  /** Rows whose label is known. */
  readonly rows: number;
  readonly positives: number;
  readonly auc: Figure;
  readonly averagePrecision: Figure;
  readonly recallAt1: Figure;
  readonly recallAt5: Figure;
  readonly calibrationError: Figure;
}

/** What the model's own thresholds do, for any label. */
export interface RateFigures {
  /** Rows of which `toxic` is 0 and no label is 1. */
  readonly harmless: number;
  /** Rows of which any label is 1. */
  readonly toxic: number;
  readonly harmlessFlagged: Figure;
  readonly harmlessRefused: Figure;
  readonly toxicFlagged: Figure;
  readonly toxicRefused: Figure;
}

/** Figures of one source, or of all rows. */
export interface SourceFigures {
  readonly source: string;
  readonly rows: number;
  readonly labels: Readonly<Record<Label, LabelFigures>>;
  readonly rates: RateFigures;
}

/** ROC AUC of `toxic` for texts with a term, as Borkan et al. 2019 define the three. */
export interface SubgroupFigures {
  readonly name: string;
  readonly category: Category;
  readonly positives: number;
  readonly negatives: number;
  /** Within the texts that have the term. */
  readonly subgroup: Figure;
  /** Background positives against subgroup negatives: low where harmless texts with the term score high. */
  readonly bpsn: Figure;
  /** Background negatives against subgroup positives: low where toxic texts with the term score low. */
  readonly bnsp: Figure;
}

/** Bias over identity terms. */
export interface BiasFigures {
  /** Texts with a known `toxic` that have any term. */
  readonly texts: number;
  /** Terms with fewer positives or negatives have no figures of their own and count in no mean. */
  readonly least: number;
  readonly terms: readonly SubgroupFigures[];
  readonly categories: readonly SubgroupFigures[];
  /** Power means (p = -5) over the terms that have figures. */
  readonly means: { readonly subgroup: Figure; readonly bpsn: Figure; readonly bnsp: Figure };
}

/** How often harmless sentences about a group are flagged. */
export interface GroupRate {
  readonly name: string;
  readonly category: Category;
  readonly falsePositiveRate: number;
}

/** False-positive rates on the template sentences, at the model's own flag thresholds. */
export interface IdentityGap {
  readonly sentences: number;
  readonly groups: readonly GroupRate[];
  readonly categories: readonly GroupRate[];
  readonly mean: number;
  /** The highest rate of a group minus the lowest. */
  readonly gap: number;
}

/** ROC AUC of `toxic` under a disguise. */
export interface DisguiseFigures {
  readonly name: string;
  readonly auc: Figure;
  /** What the disguise costs: the AUC of the plain texts minus that of the disguised. */
  readonly loss: Figure;
}

/** Robustness against disguises. */
export interface RobustnessFigures {
  readonly texts: number;
  readonly positives: number;
  /** Share of the words that are disguised. */
  readonly share: number;
  readonly plain: Figure;
  readonly disguises: readonly DisguiseFigures[];
}

/** Character F1 of toxic spans. */
export interface SpanFigures {
  readonly texts: number;
  /** Texts in which nothing is marked. */
  readonly empty: number;
  readonly f1: Figure;
}

/** Everything that one evaluation measured, as `figures.json` keeps it. */
export interface Figures {
  readonly model: {
    readonly id: string;
    readonly contentHash: string | null;
    readonly thresholds: ModelInfo['thresholds'];
  };
  readonly data: {
    readonly files: readonly ReadFile[];
    readonly split: string | null;
    /** Rows that are longer than the classifier judges; they are in no figure. */
    readonly tooLong: number;
  };
  readonly method: { readonly seed: number; readonly resamples: number };
  /** The source that speaks for the whole where sources mean different things, or `all`. */
  readonly reference: string;
  /** All rows first, where there are several sources. */
  readonly sources: readonly SourceFigures[];
  readonly bias: BiasFigures | null;
  readonly identityGap: IdentityGap;
  readonly robustness: RobustnessFigures | null;
  readonly spans: SpanFigures | null;
}
