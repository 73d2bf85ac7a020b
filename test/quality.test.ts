import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClassifier, LABELS, type Label } from '@toxicity-guard/core';
import type { Manifest } from '@toxicity-guard/core/training';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from './requirements.js';

const MODEL = fileURLToPath(new URL('../packages/core/model/', import.meta.url));
const manifest: Manifest = JSON.parse(readFileSync(join(MODEL, 'manifest.json'), 'utf8'));
const metrics = manifest.metrics as Record<string, Record<Label, number>> & { meanAuc: number };

describe('the bundled model, by its manifest', () => {
  it('loses at most 0.001 AUC of any label by storing signed bytes', () => {
    for (const label of LABELS) {
      const lost = (metrics.float32Auc?.[label] ?? Number.NaN) - (metrics.int8Auc?.[label] ?? Number.NaN);
      expect(lost, label).toBeLessThanOrEqual(0.001);
    }
  });

  it('has a report with its own figures, of every source', () => {
    const report = readFileSync(join(MODEL, 'report.md'), 'utf8');
    expect(report).toContain(manifest.contentHash);
    const shipped = [...LABELS.map((label) => metrics.auc?.[label] ?? Number.NaN), metrics.meanAuc];
    expect(report).toContain(
      `by the folded engine | ${shipped.map((value) => value.toFixed(4)).join(' | ')} |`,
    );
    for (const { source } of manifest.licences) expect(report).toContain(`| ${source} |`);
  });

  it('names a licence for every source', () => {
    expect(manifest.licences.length).toBeGreaterThan(0);
    for (const { licence } of manifest.licences) expect(licence).not.toBe('not stated');
  });
});

describeWith('data', 'the bundled model, on the dev comments', (folder) => {
  let figures: number[];

  beforeAll(async () => {
    const { readComments, rocAuc } = await import('@toxicity-guard/trainer');
    const comments = await readComments(join(folder, 'comments.csv.gz'));
    const reference = comments.sources.indexOf('jigsaw');
    const rows = comments.texts
      .map((_, row) => row)
      .filter((row) => comments.isDev[row] && comments.source[row] === reference);
    const classifier = createClassifier();
    const answers = await classifier.classifyMany(rows.map((row) => comments.texts[row] as string));
    await classifier.close();
    figures = LABELS.map((label, index) =>
      rocAuc(
        answers.map(({ scores }) => scores[label]),
        rows.map((row) => comments.labels[row * LABELS.length + index] as number),
      ),
    );
  }, 120_000);

  it('reaches an AUC of 0.970 for toxic', () => {
    expect(figures[0]).toBeGreaterThanOrEqual(0.97);
  });

  it('reaches the figures that its manifest states', () => {
    for (const [index, label] of LABELS.entries()) {
      expect(figures[index], label).toBeCloseTo(metrics.auc?.[label] ?? Number.NaN, 3);
    }
  });
});
