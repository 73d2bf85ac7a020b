import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createPerspectiveApi, feedbackCsv } from '@toxicity-guard/core';
import { calibrateThresholds } from '@toxicity-guard/trainer/evaluation';
import { expect, it, onTestFinished } from 'vitest';
import { wordClassifier } from '../../packages/core/test/guard-classifier.js';

it('feedback comes out as a log that thresholds are chosen on', async () => {
  const classifier = wordClassifier();
  const store = new Map<string, unknown>();
  const api = createPerspectiveApi({ classifier, feedback: { store } });
  const suggest = async (text: string, value: 0 | 1) => {
    const body = { comment: { text }, attributeScores: { TOXICITY: { summaryScore: { value } } } };
    expect((await api.answer({ operation: 'suggestscore', body })).status).toBe(200);
  };
  for (let number = 0; number < 90; number++) await suggest(`A calm comment, number "${number}"`, 0);
  for (let number = 0; number < 10; number++) await suggest(`A loud one that is RUDE, number ${number}`, 0);
  for (let number = 0; number < 20; number++) await suggest(`REFUSE,\nnumber ${number}`, 1);

  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-feedback-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const log = join(folder, 'log.csv');
  await pipeline(Readable.from(feedbackCsv(store)), createWriteStream(log));
  const found = await calibrateThresholds({
    log,
    classifier,
    resamples: 0,
    flagRate: 0.05,
    rejectRate: 0.05,
  });
  expect(found).toMatchObject({ clean: 100, toxic: 20, leftOut: 0 });
  // Ten of the clean comments have a score of 0.6, more than may be flagged; the toxic ones have 0.95.
  expect(found.thresholds.flag.toxic).toBeGreaterThan(0.6);
  expect(found.flag.toxicReached.value).toBe(1);
});
