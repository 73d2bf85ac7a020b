import type { Figures } from './figures.js';
import { show, showShare } from './markdown.js';
import { labelTable } from './sections.js';

/** The heart of an evaluation in a few lines, for a terminal. */
export function summarise(figures: Figures): string {
  const { model, sources, reference, identityGap, robustness, spans, bias } = figures;
  const own = sources.find(({ source }) => source === reference);
  const lines = [model.id];
  if (own !== undefined) {
    const { harmlessFlagged, harmlessRefused, toxicFlagged, toxicRefused } = own.rates;
    lines.push(
      `Source ${reference}:`,
      labelTable(own),
      `Harmless texts flagged: ${showShare(harmlessFlagged)}, refused: ${showShare(harmlessRefused)}.`,
      `Toxic texts flagged: ${showShare(toxicFlagged)}, refused: ${showShare(toxicRefused)}.`,
    );
  }
  if (bias !== null)
    lines.push(`Subgroup AUC, power mean over identity terms: ${show(bias.means.subgroup)}.`);
  lines.push(`Gap between groups in harmless sentences flagged: ${(100 * identityGap.gap).toFixed(1)} %.`);
  const worst = [...(robustness?.disguises ?? [])].sort(
    (a, b) => (b.loss.value ?? 0) - (a.loss.value ?? 0),
  )[0];
  if (worst !== undefined) lines.push(`Costliest disguise: ${worst.name}, ROC AUC ${show(worst.auc)}.`);
  if (spans !== null) lines.push(`Character F1 of toxic spans: ${show(spans.f1)}.`);
  return `${lines.join('\n')}\n`;
}
