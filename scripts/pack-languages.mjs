// node scripts/pack-languages.mjs: packs the n-grams of the `eld` package, size small, into packages/core/languages.
// Run it after a change of eld's version, with the packages built; `npm run languages` then measures anew.
import './node-version.mjs';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { root } = await import('./workspace.mjs');
const core = join(root, 'packages', 'core');
const eld = join(core, 'node_modules', 'eld');
// Its parts are not among its exports.
const { ngramsData } = await import(pathToFileURL(join(eld, 'src', 'ngrams', 'small.js')));
const { dictionary } = await import(pathToFileURL(join(eld, 'src', 'dictionary.js')));
const { writeSafetensors } = await import(pathToFileURL(join(core, 'dist', 'training.js')));

// ELD writes each byte over 0x7f as a character of this dictionary, and a word's borders as spaces.
const byteOf = new Map(dictionary.map((character, byte) => [character, byte]).slice(0x80));
const RUNS = ['inside', 'start', 'end', 'whole'];

const ids = Object.keys(ngramsData.languages);
const ngrams = Object.entries(ngramsData.ngrams).map(([ngram, scores]) => {
  const letters = [...ngram.trim()];
  const bytes = letters.map((letter) => byteOf.get(letter) ?? letter.charCodeAt(0));
  if (bytes.length > 4 || bytes.some((byte) => byte > 0xff)) throw new Error(`${ngram} is no n-gram`);
  const key = [0, 1, 2, 3].reduce((sum, at) => sum * 256 + (bytes[at] ?? 0), 0);
  return { run: (ngram.startsWith(' ') ? 1 : 0) + (ngram.endsWith(' ') ? 2 : 0), key, scores };
});
ngrams.sort((a, b) => a.run - b.run || a.key - b.key);
const pairs = ngrams.flatMap(({ scores }) => Object.entries(scores));
const array = (data) => ({ shape: [data.length], data: Uint8Array.from(data) });
const numbers = (values) => array(new Uint8Array(Uint32Array.from(values).buffer));
const keys = (run) => ngrams.filter((ngram) => ngram.run === run).map(({ key }) => key);
const begins = [0];
for (const { scores } of ngrams) begins.push(begins.at(-1) + Object.keys(scores).length);
const tensors = new Map([
  ...RUNS.map((name, run) => [name, numbers(keys(run))]),
  ['begins', numbers(begins)],
  ['languages', array(pairs.map(([id]) => ids.indexOf(id)))],
  ['scores', array(pairs.map(([, score]) => score))],
  ['codes', array(Buffer.from(ids.map((id) => ngramsData.languages[id]).join()))],
]);
const bytes = writeSafetensors(tensors);
writeFileSync(join(core, 'languages', 'ngrams.safetensors'), bytes);
copyFileSync(join(eld, 'LICENSE'), join(core, 'languages', 'LICENSE'));
console.log(`${ngrams.length} n-grams of ${ids.length} languages, ${Math.round(bytes.length / 1024)} KB`);
