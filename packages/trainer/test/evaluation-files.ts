import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Classifier, LABELS, type Scores, ToxicityGuardError } from '@toxicity-guard/core';

export const HEADER = 'source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text';

/** Scores of which every label is the same. */
export function even(score: number): Scores {
  return Object.fromEntries(LABELS.map((label) => [label, score])) as Scores;
}

/** A classifier that scores by a rule of our own, flags from 0.5 on and refuses from 0.9 on. */
export function ruleClassifier(scoreOf: (text: string) => Scores, longest = 1000): Classifier {
  const classify: Classifier['classify'] = async (text, options) => {
    if (text.length > longest) throw new ToxicityGuardError('TEXT_TOO_LONG', 'too long');
    const scores = scoreOf(text);
    const at = text.indexOf('rotten');
    const spans: [number, number][] = options?.spans && at !== -1 ? [[at, at + 6]] : [];
    return { scores, spans, model: 'rule@1' };
  };
  return {
    classify,
    classifyMany: (texts, options) => Promise.all(texts.map((text) => classify(text, options))),
    ready: async () => ({ id: 'rule@1', thresholds: { flag: even(0.5), reject: even(0.9) } }),
    close: async () => {},
  };
}

/** Rude where the word `rotten` is, more so the longer the text. */
export const ROTTEN = ruleClassifier((text) =>
  even((text.includes('rotten') ? 0.6 : 0.1) + text.length / 10_000),
);

/** Writes files into a new folder; those named `.gz` are packed. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-evaluation-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(content) : content);
  }
  return (name) => join(folder, name);
}
