import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../src/random.js';

const KIND = ['lovely', 'thoughtful', 'clear', 'useful', 'charming', 'patient'];
const RUDE = ['stupid', 'idiotic', 'worthless', 'pathetic', 'moronic', 'dumb'];
const THINGS = ['article', 'answer', 'picture', 'recipe', 'song', 'garden', 'review', 'story'];
const OPENINGS = ['What a', 'Honestly, a', 'This is a', 'Another', 'I call it a', 'You wrote a'];
const ENDINGS = ['as always', 'again', 'if you ask me', 'by the look of it', 'and everybody knows it', ''];

/** Comments of our own words: half rude, a few with labels left open, one in five to tune on. */
export function ownComments(count: number, seed = 1): string {
  const random = new Random(seed);
  const pick = (words: readonly string[]): string =>
    words[Math.floor(random.next() * words.length)] as string;
  const lines = ['source,split,toxic,severe_toxic,obscene,threat,insult,identity_hate,text'];
  for (let index = 0; index < count; index++) {
    const isRude = index % 2 === 0;
    const source = index % 7 === 0 ? 'forum' : 'jigsaw';
    const split = index % 5 === 0 ? 'dev' : 'train';
    const adjective = pick(isRude ? RUDE : KIND);
    const toxic = isRude ? 1 : 0;
    const others =
      source === 'forum' ? ',,,,' : `0,${index % 6 === 0 ? 1 : 0},${index % 8 === 0 ? 1 : 0},${toxic},0`;
    const text = `${pick(OPENINGS)} ${adjective} ${pick(THINGS)}, ${pick(ENDINGS)}`;
    lines.push(`${source},${split},${toxic},${others},"${text}"`);
  }
  return `${lines.join('\n')}\n`;
}

/** Texts of which the rude word is marked, by its offsets in code points; an emoji before it is one of them. */
export function ownSpans(): string {
  const lines = ['split,spans,text'];
  for (const thing of THINGS) {
    for (const adjective of [...RUDE, ...KIND]) {
      const start = `\u{1f600} ${OPENINGS[lines.length % OPENINGS.length]} `;
      const offsets = RUDE.includes(adjective)
        ? Array.from(adjective, (_, at) => Array.from(start).length + at)
        : [];
      lines.push(`train,"${JSON.stringify(offsets)}","${start}${adjective} ${thing}"`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Writes {@link ownComments} into a new folder, whose path is returned with the file's. */
export async function ownData(count = 600): Promise<{ folder: string; comments: string; spans: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'toxicity-guard-trainer-'));
  const comments = join(folder, 'comments.csv');
  const spans = join(folder, 'spans.csv');
  await Promise.all([writeFile(comments, ownComments(count)), writeFile(spans, ownSpans())]);
  return { folder, comments, spans };
}
