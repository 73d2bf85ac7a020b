import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation } from './evaluate.js';
import type { Figures } from './figures.js';
import { drawPlots, type PlotFile } from './plots.js';
import { labelTable, writeSections } from './sections.js';
import { errorsToCsv } from './worst-errors.js';

/**
 * Writes what an evaluation found into a folder: `report.md`, `figures.json`, plots as SVG files and `errors.csv`,
 * which holds texts of the files that were evaluated.
 *
 * @returns the names of the files, without the folder.
 */
export async function writeReport(
  { figures, curves, errors }: Evaluation,
  folder: string,
): Promise<string[]> {
  const plots = drawPlots(curves);
  const files: [name: string, content: string][] = [
    ['report.md', toMarkdown(figures, plots)],
    ['figures.json', `${JSON.stringify(figures, roundNumbers, 2)}\n`],
    ...plots.map(({ name, svg }): [string, string] => [name, svg]),
    ['errors.csv', errorsToCsv(errors)],
  ];
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return files.map(([name]) => name);
}

function toMarkdown(figures: Figures, plots: readonly PlotFile[]): string {
  const sections = writeSections(figures);
  const { reference, sources } = figures;
  const others = sources.filter(({ source }) => source !== reference);
  return `# Evaluation of ${figures.model.id}

## Data

${sections.data}

## Labels

${sections.labels}

${plots.map(({ name, title }) => `![${title}](${name})`).join('\n\n')}

## Default thresholds

${sections.rates}

## Sources, ROC AUC

${sections.sources}

## Bias over identity terms

${sections.bias}

## Harmless sentences about groups

${sections.gap}

## Robustness against disguises

${sections.robustness}

## Toxic spans

${sections.spans}

${others.length === 0 ? '' : '## Every source in full\n'}
${others.map((source) => `### ${source.source}\n\n${labelTable(source)}\n`).join('\n')}`
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()
    .concat('\n');
}

/** Six digits are more than any figure means. */
function roundNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}
