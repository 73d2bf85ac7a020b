import { type Classifier, createPolicy } from '@toxicity-guard/core';
import type { GroupRate, IdentityGap } from './figures.js';
import { GROUPS, SENTENCES, sentenceAbout } from './identity-sentences.js';
import { CATEGORIES } from './identity-terms.js';

/**
 * How often the classifier flags harmless sentences about each group of people, at its own thresholds. Every
 * sentence is said of every group, so that only the group makes the difference.
 */
export async function identityGap(
  classifier: Classifier,
  onProgress?: (done: number, total: number) => void,
): Promise<IdentityGap> {
  const policy = createPolicy({}, (await classifier.ready()).thresholds);
  const groups: GroupRate[] = [];
  for (const group of GROUPS) {
    const texts = SENTENCES.map((sentence) => sentenceAbout(group, sentence));
    const answers = await classifier.classifyMany(texts);
    const flagged = answers.filter(({ scores }) => policy.judge(scores) !== null).length;
    const { people: name, category } = group;
    groups.push({ name, category, falsePositiveRate: flagged / texts.length });
    onProgress?.(groups.length, GROUPS.length);
  }
  const rates = groups.map(({ falsePositiveRate }) => falsePositiveRate);
  return {
    sentences: SENTENCES.length,
    groups,
    categories: CATEGORIES.map((category) => {
      const own = groups.filter((group) => group.category === category);
      return {
        name: category,
        category,
        falsePositiveRate: mean(own.map((group) => group.falsePositiveRate)),
      };
    }),
    mean: mean(rates),
    gap: Math.max(...rates) - Math.min(...rates),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
