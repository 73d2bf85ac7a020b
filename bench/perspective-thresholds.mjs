// What thresholds for TOXICITY do, as Markdown: `node bench/perspective-thresholds.mjs`. It reads comments.csv.gz in
// the folder TOXICITY_GUARD_DATA and needs the packages built. With `--write` it goes to docs/guide/perspective.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thresholdRates, thresholdTable } from '@toxicity-guard/trainer/evaluation';

const folder = process.env.TOXICITY_GUARD_DATA;
if (!folder) throw new Error('Set TOXICITY_GUARD_DATA to the folder with comments.csv.gz');

const found = await thresholdRates({
  file: join(folder, 'comments.csv.gz'),
  label: 'toxic',
  thresholds: [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95],
  split: 'dev',
  source: 'jigsaw',
});
const table = thresholdTable(found);
console.log(`${found.positives} of ${found.comments} comments are toxic.\n\n${table}`);
if (process.argv.includes('--write')) {
  const page = new URL('../docs/guide/perspective.md', import.meta.url);
  const [before, rest] = readFileSync(page, 'utf8').split('<!-- measured -->\n');
  const [, after] = rest.split('<!-- end -->\n');
  const counts = `${found.comments.toLocaleString('en')} comments, ${found.positives.toLocaleString('en')} of them toxic.`;
  writeFileSync(page, `${before}<!-- measured -->\n\n${counts}\n\n${table}\n\n<!-- end -->\n${after}`);
}
