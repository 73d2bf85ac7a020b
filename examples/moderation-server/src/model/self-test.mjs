import { readFile } from 'node:fs/promises';
import { LABELS } from '@toxicity-guard/core';
import { Refusal } from '../settings/refusal.mjs';

/**
 * Reads a list of `{ text, scores: { label: [least, most] } }`.
 *
 * @throws {Refusal} where it is not such a list.
 */
export async function readSelfTest(file) {
  let cases;
  try {
    cases = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Refusal(`SELF_TEST names ${file}, which cannot be read as JSON (${error.code ?? error.name}).`);
  }
  const isRange = ([label, range]) =>
    LABELS.includes(label) && Array.isArray(range) && range.length === 2 && range.every(Number.isFinite);
  const isCase = (value) =>
    typeof value?.text === 'string' && Object.entries(value.scores ?? {}).every(isRange);
  if (Array.isArray(cases) && cases.length > 0 && cases.every(isCase)) return cases;
  throw new Refusal(
    `SELF_TEST names ${file}, which is not a list of { text, scores: { label: [least, most] } }.`,
  );
}

/**
 * Judges the texts of a self-test.
 *
 * @throws {Refusal} naming the first text, by its number, whose score is out of its range.
 */
export async function runSelfTest(classifier, cases) {
  for (const [index, { text, scores: ranges }] of cases.entries()) {
    const { scores } = await classifier.classify(text);
    for (const [label, [least, most]] of Object.entries(ranges)) {
      if (scores[label] >= least && scores[label] <= most) continue;
      const range = `between ${least} and ${most}`;
      throw new Refusal(
        `The model fails its self-test: text ${index + 1} scores ${scores[label].toFixed(3)} for ${label}, not ${range}.`,
      );
    }
  }
}
