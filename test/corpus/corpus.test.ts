import { readFileSync, writeFileSync } from 'node:fs';
import { createClassifier, createPolicy } from '@toxicity-guard/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath, type Group, isExpectedToPass, type Kind, readCorpus } from './corpus.js';

/** The shares of lines that are judged as expected, as `update-rates.mjs` writes them. */
interface Rates {
  model: string;
  totals: Record<string, number>;
  groups: Record<string, number>;
}

const RATES = corpusPath('rates.json');
const KINDS: readonly Kind[] = ['must-flag', 'must-pass', 'hateful', 'abusive', 'harmless'];

const groups = readCorpus();
const linesOf = (kind: Kind) => groups.filter((group) => group.kind === kind).flatMap(({ lines }) => lines);
/** The numbers of the lines that are not judged as expected, by group. */
const wrong = new Map<string, number[]>();
let reached: Rates;
let recorded: Rates;

beforeAll(async () => {
  const classifier = createClassifier();
  const { id, thresholds } = await classifier.ready();
  const policy = createPolicy({}, thresholds);
  for (const group of groups) {
    const answers = await classifier.classifyMany(group.lines.map(({ text }) => text));
    const passes = answers.map(({ scores }) => policy.judge(scores) === null);
    const missed = group.lines.filter((_, index) => passes[index] !== isExpectedToPass(group));
    wrong.set(
      group.name,
      missed.map(({ at }) => at),
    );
  }
  await classifier.close();
  reached = {
    model: id,
    totals: Object.fromEntries(
      KINDS.map((kind) => [kind, rateOf(groups.filter((group) => group.kind === kind))]),
    ),
    groups: Object.fromEntries(groups.map((group) => [group.name, rateOf([group])])),
  };
  if (process.env.TOXICITY_GUARD_RECORD === 'corpus') {
    writeFileSync(RATES, `${JSON.stringify(reached, null, 2)}\n`);
  }
  recorded = JSON.parse(readFileSync(RATES, 'utf8'));
}, 120_000);

describe('the corpus', () => {
  it('has at least 400 lines to flag, 600 to pass and 700 of the functional set', () => {
    expect(linesOf('must-flag').length).toBeGreaterThanOrEqual(400);
    expect(linesOf('must-pass').length).toBeGreaterThanOrEqual(600);
    const functional = [...linesOf('hateful'), ...linesOf('abusive'), ...linesOf('harmless')];
    expect(functional.length).toBeGreaterThanOrEqual(700);
  });

  it('has no blank line, and none twice', () => {
    const seen = new Map<string, string>();
    const faults: string[] = [];
    for (const { name, lines } of groups) {
      for (const { at, text } of lines) {
        const place = `${name}:${at}`;
        const folded = text.trim().toLowerCase();
        const other = folded === '' ? 'blank' : seen.get(folded);
        if (other !== undefined) faults.push(`${place} (${other})`);
        seen.set(folded, place);
      }
    }
    expect(faults).toEqual([]);
  });

  it('has a record of every group and of no other', () => {
    expect(Object.keys(recorded.groups).sort()).toEqual(groups.map(({ name }) => name).sort());
    expect(Object.keys(recorded.totals).sort()).toEqual([...KINDS].sort());
  });

  it('was recorded with the model that is bundled, so that what it gained is held', () => {
    expect(recorded.model, 'run node test/corpus/update-rates.mjs').toBe(reached.model);
  });
});

describe('the bundled model, at its default thresholds', () => {
  it.each(groups.map(({ name }) => name))('judges as well as recorded: %s', (name) => {
    const lines = wrong.get(name)?.join(', ');
    expect(reached.groups[name], `wrong lines: ${lines}`).toBeGreaterThanOrEqual(recordOf('groups', name));
  });

  it.each(KINDS)('judges as well as recorded, in all: %s', (kind) => {
    expect(reached.totals[kind]).toBeGreaterThanOrEqual(recordOf('totals', kind));
  });
});

afterAll(() => {
  for (const kind of KINDS) {
    console.log(`${kind}: ${reached.totals[kind]} of ${linesOf(kind).length} lines judged as expected`);
  }
});

/** No record is a bar that nothing reaches. */
function recordOf(part: 'totals' | 'groups', name: string): number {
  return recorded[part][name] ?? Number.POSITIVE_INFINITY;
}

/** Rounded down, so that the written figure is never above the one reached. */
function rateOf(some: readonly Group[]): number {
  const all = some.reduce((sum, { lines }) => sum + lines.length, 0);
  const right = some.reduce((sum, { name, lines }) => sum + lines.length - (wrong.get(name)?.length ?? 0), 0);
  return Math.floor((right / all) * 10_000) / 10_000;
}
