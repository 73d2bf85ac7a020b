// How often the language of a short text is mistaken, as Markdown: `npm run languages`. With `--write` it goes to
// docs/guide/languages.md too.
import { readFileSync, writeFileSync } from 'node:fs';
import { createGuard, LABELS } from '@toxicity-guard/core';

const LENGTHS = ['short', 'medium', 'long'];
const { english, others } = JSON.parse(
  readFileSync(new URL('language-samples.json', import.meta.url), 'utf8'),
);

// The model's scores are of no matter here: its part is played by one that costs nothing.
const scores = Object.fromEntries(LABELS.map((label) => [label, 0]));
const answer = { scores, spans: [], model: 'none' };
const ones = Object.fromEntries(LABELS.map((label) => [label, 1]));
const guard = createGuard({
  classifier: {
    classify: async () => answer,
    classifyMany: async (texts) => texts.map(() => answer),
    ready: async () => ({ id: 'none', thresholds: { flag: ones, reject: ones } }),
    close: async () => {},
  },
});

/** How many of some texts are called unsupported. */
async function called(texts) {
  const { unsupported } = await guard.judge({ body: texts });
  return unsupported.length;
}

const lengthOf = (text) => {
  const words = text.split(/\s+/).length;
  return words <= 3 ? 'short' : words <= 8 ? 'medium' : 'long';
};
const englishOf = (length) =>
  Object.values(english)
    .flat()
    .filter((text) => lengthOf(text) === length);
const latin = Object.keys(others).filter((language) => /\p{Script=Latin}/u.test(others[language].short[0]));
const notLatin = Object.keys(others).filter((language) => !latin.includes(language));
const othersOf = (languages) => (length) => languages.flatMap((language) => others[language][length]);

const lines = [];
const row = (...cells) => lines.push(`| ${cells.join(' | ')} |`);
const head = (...cells) => {
  row(...cells);
  row(...cells.map((_, index) => (index === 0 ? '---' : '---:')));
};

async function share(name, textsOf) {
  const cells = [];
  for (const length of LENGTHS) {
    const texts = textsOf(length);
    const count = await called(texts);
    cells.push(`${((100 * count) / texts.length).toFixed(1)} % (${count} of ${texts.length})`);
  }
  row(name, ...cells);
}

head('', 'up to 3 words', '4 to 8 words', '9 to 20 words');
await share('English called unsupported', englishOf);
await share('other languages noticed, in Latin script', othersOf(latin));
await share('other languages noticed, in other scripts', othersOf(notLatin));
lines.push('');
head('of four texts each', 'up to 3 words', '4 to 8 words', '9 to 20 words');
for (const language of Object.keys(others)) {
  const counts = [];
  for (const length of LENGTHS) counts.push(await called(others[language][length]));
  row(`\`${language}\``, ...counts);
}

await guard.close();

const table = lines.join('\n');
console.log(table);
if (process.argv.includes('--write')) {
  const page = new URL('../docs/guide/languages.md', import.meta.url);
  const [before, rest] = readFileSync(page, 'utf8').split('<!-- measured -->\n');
  const [, after] = rest.split('<!-- end -->\n');
  writeFileSync(page, `${before}<!-- measured -->\n\n${table}\n\n<!-- end -->\n${after}`);
}
