import { join } from 'node:path';
import { createPerspectiveApi, type PerspectiveOptions, perspectiveOptionChecks } from '@toxicity-guard/core';
import { thresholdRates, thresholdTable } from '@toxicity-guard/trainer/evaluation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABEL_OF_ATTRIBUTE } from '../../packages/core/src/wire/perspective-attributes.js';
import { blocks, optionNames, read, rows, section } from '../markdown.js';
import { describeWith } from '../requirements.js';
import { makeProject, type Project } from '../run-program.js';

const guide = read('docs/guide/perspective.md');
const reference = read('docs/reference/perspective.md');
const [, measured = ''] = /<!-- measured -->(.*)<!-- end -->/s.exec(guide) ?? [];

describe('the reference of the Perspective API', () => {
  it('has every option and no other', () => {
    expect(optionNames(section(reference, '## Options')).sort()).toEqual(
      Object.keys(perspectiveOptionChecks).sort(),
    );
  });

  it('has every attribute under its label', () => {
    const shown = rows(section(reference, '## Attributes'))
      .slice(1)
      .flatMap(([names = '', label = '']) =>
        names.split(', ').map((name) => [name.slice(1, -1), label.slice(1, -1)]),
      );
    expect(shown).toEqual([...LABEL_OF_ATTRIBUTE]);
  });

  it('has options that are taken', () => {
    const options: PerspectiveOptions = { unsupportedAttributes: 'drop', unsupportedLanguages: 'judge' };
    expect(() => createPerspectiveApi(options)).not.toThrow();
  });
});

describe('the guide to the Perspective API', () => {
  it('says when Google ends it', () => {
    expect(guide).toContain('ends on 31 December 2026');
  });

  it('has figures that can be', () => {
    const [head, ...lines] = rows(measured);
    expect(head?.[0]).toBe('threshold');
    expect(lines.map(([threshold]) => threshold)).toEqual(
      [50, 55, 60, 65, 70, 75, 80, 85, 90, 95].map((hundredths) => (hundredths / 100).toFixed(2)),
    );
    for (const [, ...shares] of lines) {
      for (const share of shares) expect(share).toMatch(/^\d{1,2}\.\d %$/);
    }
  });
});

describe('the programs of the guide', () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject();
  });
  afterAll(() => project.remove());

  it('answer as it shows', async () => {
    const server = await project.serve(blocks(guide, 'js')[0] as string);
    const [, sent] = /-d '([^']+)'/.exec(guide) ?? [];
    const [, path] = /'http:\/\/localhost:3000(\/[^']+)'/.exec(guide) ?? [];
    try {
      const response = await fetch(`${server.url}${path}`, { method: 'POST', body: sent as string });
      expect(response.status).toBe(200);
      const { attributeScores } = (await response.json()) as { attributeScores: Record<string, unknown> };
      expect(Object.keys(attributeScores)).toEqual(['TOXICITY']);
    } finally {
      await server.stop();
    }
  });
});

describeWith('data', 'the thresholds in the guide', (folder) => {
  it('do what it says', { timeout: 300_000 }, async () => {
    const lines = rows(measured).slice(1);
    const found = await thresholdRates({
      file: join(folder, 'comments.csv.gz'),
      label: 'toxic',
      thresholds: lines.map(([threshold]) => Number(threshold)),
      split: 'dev',
      source: 'jigsaw',
    });
    expect(rows(measured)).toEqual(rows(thresholdTable(found)));
    expect(measured).toContain(
      `${found.comments.toLocaleString('en')} comments, ${found.positives.toLocaleString('en')} of them toxic.`,
    );
  });
});
