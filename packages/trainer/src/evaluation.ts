import { FoldedNetwork, LABELS, type Model, vocabularyOf } from '@toxicity-guard/core/training';
import type { Comments } from './comments.js';
import { rocAuc } from './metrics.js';

const L = LABELS.length;

/** So many words' rows that scoring a whole data set again and again makes each only once. */
const CACHED_WORDS = 50_000;

/** The folded engine of a model, made for scoring many texts. */
export async function engineOf(model: Model): Promise<FoldedNetwork> {
  return new FoldedNetwork(model, await vocabularyOf(model), CACHED_WORDS);
}

/**
 * Scores texts with the folded engine, the highest of a text's windows.
 *
 * @returns `texts.length` × 6.
 */
export function foldedScores(model: Model, engine: FoldedNetwork, texts: readonly string[]): Float64Array {
  const { stride } = model.manifest.tokenizer;
  const window = engine.createWindow();
  const one = new Float64Array(L);
  const scores = new Float64Array(texts.length * L);
  for (const [index, text] of texts.entries()) {
    for (let at = 0; at < text.length; at = window.nextPosition(stride)) {
      window.read(text, at);
      engine.judge(window, one);
      for (let label = 0; label < L; label++) {
        const place = index * L + label;
        scores[place] = Math.max(scores[place] as number, one[label] as number);
      }
    }
  }
  return scores;
}

/** One label's column of a table of six. */
export function column(table: ArrayLike<number>, label: number): Float64Array {
  return Float64Array.from({ length: table.length / L }, (_, row) => table[row * L + label] as number);
}

/** The labels of some comments, 6 a comment. */
export function labelsOf(comments: Comments, rows: readonly number[]): Uint8Array {
  const labels = new Uint8Array(rows.length * L);
  for (const [index, row] of rows.entries()) {
    labels.set(comments.labels.subarray(row * L, row * L + L), index * L);
  }
  return labels;
}

/** ROC AUC of each label; NaN where a label has no positive or no negative. */
export function aucs(scores: ArrayLike<number>, labels: Uint8Array): number[] {
  return LABELS.map((_, label) => rocAuc(column(scores, label), column(labels, label)));
}

/** Mean of the figures that there are. */
export function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
