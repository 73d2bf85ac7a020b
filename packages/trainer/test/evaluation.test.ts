import { readFile } from 'node:fs/promises';
import { LABELS } from '@toxicity-guard/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { biasFigures, powerMean } from '../src/evaluation/bias.js';
import { evaluate } from '../src/evaluation/evaluate.js';
import { GROUPS, SENTENCES, sentenceAbout } from '../src/evaluation/identity-sentences.js';
import { fillCard, writeModelCard, writeReport } from '../src/evaluation/index.js';
import { drawPlots } from '../src/evaluation/plots.js';
import type { Scored } from '../src/evaluation/scored.js';
import { characterF1, codePoints } from '../src/evaluation/spans.js';
import { summarise } from '../src/evaluation/summary.js';
import { readTexts } from '../src/evaluation/texts.js';
import { even, folderOf, HEADER, ROTTEN, ruleClassifier } from './evaluation-files.js';

const row = (source: string, split: string, labels: readonly (0 | 1 | '')[], text: string): string =>
  `${source},${split},${labels.join(',')},"${text}"`;
const zeros = [0, 0, 0, 0, 0, 0] as const;

/** Of each source so many texts, every fourth toxic; of the toxic ones every fifth looks harmless. */
function comments(): string {
  const lines = [HEADER];
  for (let index = 0; index < 200; index++) {
    const isToxic = index % 4 === 0;
    const word = isToxic && index % 5 !== 0 ? 'rotten' : 'ripe';
    const source = index % 2 === 0 ? 'jigsaw' : 'forum';
    const labels = isToxic ? ([1, '', 0, 0, 1, 0] as const) : zeros;
    lines.push(row(source, index % 10 === 0 ? 'train' : 'dev', labels, `pear number ${index} is ${word}`));
    lines.push(
      row('jigsaw', 'dev', isToxic ? [1, 1, 1, 1, 1, 1] : zeros, `apple number ${index} is ${word}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

const SPANS = `split,spans,text
dev,"[6, 7, 8, 9, 10, 11]",You 🍐 rotten pear
dev,"[]",You ripe pear
dev,"[0, 1, 2]",You ripe pear
train,"[0]",rotten
`;

describe('readTexts', () => {
  let at: (name: string) => string;
  beforeAll(async () => {
    at = await folderOf({
      'all.csv': `\uFEFF${HEADER}\na,dev,1,0,,0,1,0,"one, ""two""\nthree"\n,train,0,0,0,0,0,0,four\n`,
      'few.csv.gz': 'insult,text\n1,five\n,six\n',
      'spans.csv': SPANS,
      'header.csv': 'a,b\n1,2\n',
      'textless.csv': 'toxic,comment\n1,2\n',
      'empty.csv': '',
      'headonly.csv': `${HEADER}\n`,
      'label.csv': 'toxic,text\n1,fine\nyes,private words\n',
      'ragged.csv': 'toxic,text\n1,fine\n1,fine,private words\n',
      'quote.csv': 'toxic,text\n1,"private words\n',
      'spans-bad.csv': 'spans,text\n"[1, ""a""]",private words\n',
      'plain.csv.gz': 'not packed',
    });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(at('plain.csv.gz'), 'not packed');
  });

  it('reads labels, blanks, quotes, missing columns and packed files', async () => {
    const { labelled, files } = await readTexts([at('all.csv'), at('few.csv.gz')]);
    expect(labelled).toEqual({
      texts: ['one, "two"\nthree', 'four', 'five', 'six'],
      sources: ['a', 'all', 'few'],
      source: [0, 1, 2, 2],
      labels: [
        ...[1, 0, 255, 0, 1, 0],
        ...zeros,
        ...[255, 255, 255, 255, 1, 255],
        ...[255, 255, 255, 255, 255, 255],
      ],
    });
    expect(files).toEqual([
      { name: 'all.csv', kind: 'labels', rows: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { name: 'few.csv.gz', kind: 'labels', rows: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it('takes one split alone', async () => {
    const { labelled, marked } = await readTexts([at('all.csv'), at('spans.csv')], { split: 'dev' });
    expect(labelled.texts).toEqual(['one, "two"\nthree']);
    expect(marked.spans).toEqual([[6, 7, 8, 9, 10, 11], [], [0, 1, 2]]);
  });

  it.each([
    ['none.csv', {}, /There is no file .*none\.csv$/],
    ['header.csv', {}, /header\.csv: the header lacks text$/],
    ['textless.csv', {}, /textless\.csv: the header lacks text$/],
    ['empty.csv', {}, /empty\.csv: is empty$/],
    ['headonly.csv', {}, /headonly\.csv: holds no row$/],
    ['all.csv', { split: 'test' }, /all\.csv: holds no row of the split test$/],
    [
      'few.csv.gz',
      { split: 'dev' },
      /few\.csv\.gz: the header lacks split, and only the split dev was asked for$/,
    ],
    ['label.csv', {}, /label\.csv: row 3: expected toxic to be 0, 1 or blank$/],
    ['ragged.csv', {}, /ragged\.csv: line 3 is not CSV of as many columns as its header/],
    ['quote.csv', {}, /quote\.csv: line \d is not CSV/],
    ['spans-bad.csv', {}, /spans-bad\.csv: row 2: expected spans to be a list of offsets/],
    ['plain.csv.gz', {}, /plain\.csv\.gz: is not gzip/],
  ])('says what is wrong with %s, %j, and quotes nothing', async (name, options, message) => {
    const error = await readTexts([at(name)], options).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('private words');
  });
});

describe('evaluate', () => {
  let at: (name: string) => string;
  let whole: Awaited<ReturnType<typeof evaluate>>;
  beforeAll(async () => {
    at = await folderOf({ 'comments.csv': comments(), 'spans.csv': SPANS });
    whole = await evaluate({
      files: [at('comments.csv'), at('spans.csv')],
      split: 'dev',
      resamples: 50,
      classifier: ROTTEN,
    });
  });

  it('measures all rows and each source, with the reference source apart', () => {
    const { sources, reference } = whole.figures;
    expect(reference).toBe('jigsaw');
    expect(sources.map(({ source, rows }) => [source, rows])).toEqual([
      ['all', 380],
      ['jigsaw', 280],
      ['forum', 100],
    ]);
    const { toxic, severe_toxic } = sources[0]!.labels;
    expect(toxic).toMatchObject({ rows: 380, positives: 90 });
    expect(severe_toxic.rows).toBe(380 - 40);
    // Four of five toxic texts score above every other one; the fifth is somewhere among them.
    expect(toxic.auc.value).toBeGreaterThan(0.85);
    expect(toxic.auc.low).toBeLessThan(toxic.auc.value as number);
    expect(toxic.auc.high).toBeGreaterThan(toxic.auc.value as number);
    const forum = sources[2]!;
    expect(forum.labels.toxic.auc).toEqual({ value: null, low: null, high: null });
    expect(forum.rates.toxicFlagged.value).toBeNull();
  });

  it('says what the default thresholds do', () => {
    const [all] = whole.figures.sources;
    const { harmless, toxic, harmlessFlagged, harmlessRefused, toxicFlagged } = all!.rates;
    expect([harmless, toxic]).toEqual([290, 90]);
    expect(harmlessFlagged.value).toBe(0);
    expect(harmlessRefused.value).toBe(0);
    expect(toxicFlagged.value).toBeCloseTo(80 / 90, 1);
  });

  it('measures spans in code points', () => {
    expect(whole.figures.spans).toMatchObject({ texts: 3, empty: 1, f1: { value: 2 / 3 } });
  });

  it('measures disguises, each alike whichever others are measured', async () => {
    const { robustness } = whole.figures;
    expect(robustness).toMatchObject({ texts: 280, positives: 90 });
    const found = new Map(robustness!.disguises.map((disguise) => [disguise.name, disguise]));
    expect(found.size).toBe(22);
    // The rule looks for the word as it is written.
    expect(found.get('spaced')!.loss.value).toBeGreaterThan(0.1);
    expect(Math.abs(found.get('paddedAfter')!.loss.value as number)).toBeLessThan(0.1);
    const again = await evaluate({
      files: [at('comments.csv')],
      split: 'dev',
      resamples: 0,
      disguises: ['leet + spaced'],
      classifier: ROTTEN,
    });
    expect(again.figures.robustness!.disguises).toEqual([
      {
        name: 'leet + spaced',
        auc: { value: found.get('leet + spaced')!.auc.value, low: null, high: null },
        loss: { value: found.get('leet + spaced')!.loss.value, low: null, high: null },
      },
    ]);
  });

  it('keeps the worst errors of each label, worst first', () => {
    const misses = whole.errors.filter(({ label, kind }) => label === 'toxic' && kind === 'miss');
    expect(misses).toHaveLength(25);
    expect(misses[0]!.text).toContain('ripe');
    const scores = misses.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
  });

  it('writes a report in which no figure is NaN', async () => {
    const folder = at('report');
    const names = await writeReport(whole, folder);
    expect(names).toEqual([
      'report.md',
      'figures.json',
      'scores.svg',
      'roc.svg',
      'reliability.svg',
      'errors.csv',
    ]);
    const files = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, 'utf8')));
    const [report = '', json = ''] = files;
    for (const name of names.slice(2, 5)) expect(report).toContain(`](${name})`);
    for (const file of files) expect(file).not.toMatch(/NaN|undefined|Infinity/);
    expect(JSON.parse(json).reference).toBe('jigsaw');
    expect(report).toContain('| forum | 100 | – |');
    expect(summarise(whole.figures)).toMatch(/Costliest disguise: .*\d/);
  });

  it('leaves out what is too long, and says how many', async () => {
    const long = await folderOf({ 'long.csv': `toxic,text\n0,ripe\n1,${'rotten '.repeat(20)}\n1,rotten\n` });
    const classifier = ruleClassifier((text) => even(text.includes('rotten') ? 0.6 : 0.1), 100);
    const { figures } = await evaluate({
      files: [long('long.csv')],
      resamples: 0,
      disguises: [],
      classifier,
    });
    expect(figures.data.tooLong).toBe(1);
    expect(figures.sources[0]).toMatchObject({ rows: 2, labels: { toxic: { rows: 2, positives: 1 } } });
    expect(figures.robustness).toBeNull();
  });

  it('takes spans alone, and texts of one class', async () => {
    const spansOnly = await evaluate({ files: [at('spans.csv')], resamples: 10, classifier: ROTTEN });
    expect(spansOnly.figures).toMatchObject({ sources: [], bias: null, robustness: null });
    const one = await folderOf({ 'one.csv': 'toxic,text\n0,ripe\n0,rotten\n' });
    const oneSided = await evaluate({ files: [one('one.csv')], resamples: 10, classifier: ROTTEN });
    expect(oneSided.figures.sources[0]!.labels.toxic.auc.value).toBeNull();
    expect(oneSided.figures.reference).toBe('one');
    for (const evaluation of [spansOnly, oneSided]) {
      const folder = at(`report-${evaluation.figures.sources.length}`);
      const names = await writeReport(evaluation, folder);
      expect(names).toEqual(['report.md', 'figures.json', 'errors.csv']);
      expect(await readFile(`${folder}/report.md`, 'utf8')).not.toMatch(/NaN|undefined/);
      expect(summarise(evaluation.figures)).not.toMatch(/NaN|undefined/);
    }
  });

  it('refuses a disguise that it does not know', async () => {
    const files = [at('comments.csv')];
    await expect(evaluate({ files, disguises: ['wig'], classifier: ROTTEN })).rejects.toThrow(
      /known ones, got `wig`/,
    );
  });

  it('tells how far it is', async () => {
    const steps: [string, number, number][] = [];
    const files = [at('comments.csv')];
    const onProgress = ({ stage, done, total }: { stage: string; done: number; total: number }) =>
      steps.push([stage, done, total]);
    await evaluate({ files, resamples: 2, disguises: ['leet'], classifier: ROTTEN, onProgress });
    const last = new Map(steps.map(([stage, done, total]) => [stage, [done, total]]));
    expect([...last.keys()]).toEqual([
      'reading comments.csv',
      'judging',
      'intervals of the labels',
      'intervals of bias',
      'identity sentences',
      'disguise leet',
    ]);
    for (const [stage, [done, total]] of last) expect(done, stage).toBe(total);
    expect(steps.length).toBeLessThan(100);
  });
});

describe('a model card', () => {
  it('is begun with every section, and brought up to date without a change of what people wrote', async () => {
    const at = await folderOf({ 'comments.csv': comments() });
    const options = { files: [at('comments.csv')], disguises: ['leet'], classifier: ROTTEN };
    const first = await evaluate({ ...options, resamples: 0 });
    await writeModelCard(first, at('card.md'));
    const card = await readFile(at('card.md'), 'utf8');
    const headings = Array.from(card.matchAll(/^## (.+)$/gm), ([, heading]) => heading);
    expect(headings).toEqual([
      'Model details',
      'Intended use',
      'Factors',
      'Metrics',
      'Evaluation data',
      'Training data',
      'Quantitative analyses',
      'Ethical considerations',
      'Caveats and recommendations',
    ]);
    expect(card).toContain(first.manifest.contentHash);
    expect(fillCard(card, first, 'card.md')).toBe(card);
    const second = await evaluate({ ...options, resamples: 20 });
    const written = card.replace(/\[Whom it may harm[^\]]*\]/, 'Our own words.');
    const updated = fillCard(written, second, 'card.md');
    expect(updated).toContain('Our own words.');
    expect(updated).not.toContain('no intervals');
    expect(updated).toMatch(/95 % of 20 bootstrap resamples/);
  });

  it('refuses a place that is not known, not closed, or not there', async () => {
    const at = await folderOf({ 'comments.csv': 'toxic,text\n0,ripe\n1,rotten\n' });
    const evaluation = await evaluate({
      files: [at('comments.csv')],
      resamples: 0,
      disguises: [],
      classifier: ROTTEN,
    });
    const fill = (card: string) => () => fillCard(card, evaluation, 'card.md');
    expect(fill('# Card\n')).toThrow('card.md: has no place for figures');
    expect(fill('<!-- figures:labels -->\n')).toThrow('has no place for figures');
    expect(fill('<!-- figures:labels -->\n<!-- /figures:labels -->\n<!-- figures:gap -->\n')).toThrow(
      'not closed',
    );
    expect(fill('<!-- figures:wit -->\n<!-- /figures:wit -->\n')).toThrow(
      'figures:wit is none of data, labels',
    );
  });
});

describe('bias', () => {
  /** Texts with one score for every label, and a known `toxic`. */
  const scoredOf = (rows: readonly (readonly [text: string, toxic: number, score: number])[]): Scored => ({
    texts: rows.map(([text]) => text),
    source: rows.map(() => 0),
    sources: ['own'],
    labels: rows.flatMap(([, toxic]) => [toxic, 255, 255, 255, 255, 255]),
    scores: Float64Array.from(rows.flatMap(([, , score]) => LABELS.map(() => score))),
  });
  const measure = (rows: Parameters<typeof scoredOf>[0]) =>
    biasFigures(scoredOf(rows), { resamples: 0, seed: 1 });
  const repeat = (text: string, toxic: number, score: number, times = 10) =>
    Array.from({ length: times }, () => [text, toxic, score] as const);

  it('is the three areas of Borkan et al., by hand', () => {
    const { terms, means, categories, texts } = measure([
      ...repeat('a gay pear', 0, 0.6),
      ...repeat('a gay plum', 1, 0.8),
      ...repeat('a plum', 1, 0.7, 5),
      ...repeat('a plum', 1, 0.5, 5),
      ...repeat('a pear', 0, 0.1, 10),
    ]);
    const gay = terms.find(({ name }) => name === 'gay');
    expect(gay).toMatchObject({ category: 'orientation', positives: 10, negatives: 10 });
    expect(gay!.subgroup.value).toBe(1);
    // Half of the other toxic texts score below the harmless ones with the term.
    expect(gay!.bpsn.value).toBe(0.5);
    expect(gay!.bnsp.value).toBe(1);
    expect(means.bpsn.value).toBe(0.5);
    expect(texts).toBe(20);
    expect(categories.find(({ name }) => name === 'orientation')!.bpsn.value).toBe(0.5);
    expect(terms.find(({ name }) => name === 'lesbian')!.subgroup.value).toBeNull();
  });

  it('finds terms as whole words, plurals and the longest', () => {
    const found = (text: string) =>
      measure([[text, 0, 0.1]])
        .terms.filter(({ negatives }) => negatives > 0)
        .map(({ name }) => name);
    expect(found('Two MUSLIMS, one jew.')).toEqual(['muslim', 'jew']);
    expect(found('Asiana flies; the gaywood and the mention')).toEqual([]);
    expect(found('African Americans met African-American deaf women')).toEqual([
      'woman',
      'african american',
      'deaf',
    ]);
    expect(found("A woman's right")).toEqual(['woman']);
  });

  it('has a power mean that leans to the worst', () => {
    expect(powerMean([0.9, 0.9])).toBeCloseTo(0.9, 12);
    expect(powerMean([0.5, 1])).toBeCloseTo(((0.5 ** -5 + 1) / 2) ** (-1 / 5), 12);
    expect(powerMean([])).toBeNaN();
  });
});

describe('the identity sentences', () => {
  it('are many, distinct and whole', () => {
    expect(SENTENCES.length).toBeGreaterThanOrEqual(60);
    expect(GROUPS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(SENTENCES).size).toBe(SENTENCES.length);
    expect(new Set(GROUPS.map(({ people }) => people)).size).toBe(GROUPS.length);
    for (const sentence of SENTENCES)
      expect(sentence.match(/\{(people|person)\}/g), sentence).toHaveLength(1);
    for (const group of GROUPS) {
      expect(group.person, group.people).toMatch(/^an? \S/);
      for (const sentence of SENTENCES) {
        expect(sentenceAbout(group, sentence)).toMatch(/^[A-Z][^{}]*[.?]$/);
      }
    }
  });

  it('make the gap: the highest rate of a group minus the lowest', async () => {
    const at = await folderOf({ 'one.csv': 'toxic,text\n0,ripe\n1,rotten\n' });
    const afraid = ruleClassifier((text) =>
      even(/\b(a )?Sikhs?\b/.test(text) && text.length % 2 === 0 ? 0.7 : 0.1),
    );
    const { figures } = await evaluate({
      files: [at('one.csv')],
      resamples: 0,
      disguises: [],
      classifier: afraid,
    });
    const sikhs = figures.identityGap.groups.find(({ name }) => name === 'Sikhs');
    const own = SENTENCES.map((sentence) =>
      sentenceAbout({ category: 'religion', people: 'Sikhs', person: 'a Sikh' }, sentence),
    );
    const share = own.filter((text) => text.length % 2 === 0).length / own.length;
    expect(sikhs!.falsePositiveRate).toBeCloseTo(share, 12);
    expect(figures.identityGap.gap).toBeCloseTo(share, 12);
    expect(figures.identityGap.mean).toBeCloseTo(share / GROUPS.length, 12);
  });
});

describe('character F1', () => {
  it('is that of SemEval-2021 task 5', () => {
    const f1 = (found: number[], marked: number[]) => characterF1(new Set(found), new Set(marked));
    expect(f1([], [])).toBe(1);
    expect(f1([1], [])).toBe(0);
    expect(f1([], [1])).toBe(0);
    expect(f1([1, 2, 3], [1, 2, 3])).toBe(1);
    // Precision 1/2, recall 1.
    expect(f1([1, 2], [1])).toBeCloseTo(2 / 3, 12);
    expect(f1([1, 2], [3])).toBe(0);
  });

  it('counts code points, whatever UTF-16 makes of them', () => {
    expect([...codePoints('a🍐b🍐', [[1, 4]])]).toEqual([1, 2]);
    expect([...codePoints('abc', [])]).toEqual([]);
  });
});

describe('the plots', () => {
  it('are well-formed, know both schemes and name every label', async () => {
    const at = await folderOf({ 'comments.csv': comments() });
    const { curves } = await evaluate({
      files: [at('comments.csv')],
      resamples: 0,
      disguises: [],
      classifier: ROTTEN,
    });
    const plots = drawPlots(curves);
    expect(plots).toHaveLength(3);
    for (const { svg } of plots) {
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).toContain('prefers-color-scheme: dark');
      for (const { label } of curves) expect(svg).toContain(`>${label}</text>`);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });
});
