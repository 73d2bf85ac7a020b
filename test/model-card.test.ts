import { join } from 'node:path';
import type { Manifest } from '@toxicity-guard/core/training';
import { evaluate, fillCard } from '@toxicity-guard/trainer/evaluation';
import { beforeAll, describe, expect, it } from 'vitest';
import { GROUPS, SENTENCES } from '../packages/trainer/src/evaluation/identity-sentences.js';
import { IDENTITY_TERMS } from '../packages/trainer/src/evaluation/identity-terms.js';
import { read, rows, section } from './markdown.js';
import { describeWith } from './requirements.js';

const CARD = 'docs/model-card.md';
const card = read(CARD);
const manifest: Manifest = JSON.parse(read('packages/core/model/manifest.json'));
/** Each takes seconds: one alone and one pair. */
const DISGUISES = ['camelCase', 'homoglyphs + zeroWidth'];
const SECTIONS = [
  'Model details',
  'Intended use',
  'Factors',
  'Metrics',
  'Evaluation data',
  'Training data',
  'Quantitative analyses',
  'Ethical considerations',
  'Caveats and recommendations',
];

/** The tables of one marked place, without intervals: those are the same whenever the figures are. */
function figuresOf(markdown: string, place: string): string[][] {
  const [, content = ''] = markdown.split(new RegExp(`<!-- /?figures:${place} -->`));
  return rows(content).map((cells) => cells.map((cell) => cell.replace(/ \([\d.]+–[\d.]+\)$/, '')));
}

describe('the model card', () => {
  it('has the sections of Mitchell et al., and something in each', () => {
    const headings = Array.from(card.matchAll(/^## (.+)$/gm), ([, heading]) => heading);
    expect(headings).toEqual(SECTIONS);
    for (const heading of SECTIONS) expect(section(card, `## ${heading}`).trim().length).toBeGreaterThan(200);
  });

  it('is of the bundled model', () => {
    expect(figuresOf(card, 'details')).toContainEqual(['content hash', `\`${manifest.contentHash}\``]);
  });

  it('gives intervals and has no figure that is none', () => {
    expect(card).toMatch(/\| toxic \| [\d,]+ \| [\d,]+ \| 0\.\d{3} \(0\.\d{3}–0\.\d{3}\) \|/);
    expect(card).not.toMatch(/NaN|undefined|null/);
  });
});

describe('the guide to evaluation', () => {
  it('states how much there is of everything', () => {
    const guide = read('docs/guide/evaluate.md');
    expect(guide).toContain(
      `${SENTENCES.length} neutral and kind sentences, each said of ${GROUPS.length} groups`,
    );
    expect(Object.values(IDENTITY_TERMS).flat()).toHaveLength(60);
    expect(guide).toContain('one of sixty terms');
  });
});

describeWith('data', 'the figures of the model card', (folder) => {
  let again: string;

  beforeAll(async () => {
    const files = ['comments.csv.gz', 'toxic_spans.csv.gz'].map((name) => join(folder, name));
    const evaluation = await evaluate({ files, split: 'dev', resamples: 0, disguises: DISGUISES });
    again = fillCard(card, evaluation, CARD);
  }, 240_000);

  it.each(['details', 'rates', 'data', 'training', 'labels', 'sources', 'bias', 'gap', 'spans'])(
    'are those of a run: %s',
    (place) => {
      const figures = figuresOf(card, place);
      expect(figures.length).toBeGreaterThan(1);
      expect(figures).toEqual(figuresOf(again, place));
    },
  );

  it('are those of a run: robustness', () => {
    const measured = figuresOf(again, 'robustness');
    expect(measured.map(([name]) => name)).toEqual(['disguise', 'none', ...DISGUISES]);
    const shown = figuresOf(card, 'robustness');
    for (const row of measured) expect(shown).toContainEqual(row);
    expect(shown.length).toBeGreaterThan(20);
  });
});
