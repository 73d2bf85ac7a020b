import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { augment, MENTION_SOURCE, TEMPLATE_SOURCE } from '../src/augment.js';
import { type Comments, UNKNOWN } from '../src/comments.js';
import { swapGroups } from '../src/counterfactual.js';
import { Random } from '../src/random.js';
import { fillTemplates, readTemplates } from '../src/templates.js';

const folders: string[] = [];

async function templatesOf(files: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'templates-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  return folder;
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe('templates', () => {
  const content = {
    columns: { group: ['plural', 'person'] },
    lists: {
      group: [
        ['cooks', 'cook'],
        ['bakers', 'baker'],
        ['staff', ''],
      ],
      praise: ['are kind', 'bake {bread}'],
      bread: ['rolls', 'pies'],
    },
    patterns: [
      { labels: { toxic: 0, threat: 1 }, texts: ['{group.plural} {praise}, as a {group.person} does'] },
    ],
  };

  it('fill slots within slots, and one entry of a table throughout', async () => {
    const templates = await readTemplates(await templatesOf({ 'a.json': content }));
    const made = fillTemplates(templates, 200, new Random(1));
    const plain = new Set(made.map(({ text }) => text.toLowerCase().replace(/[.!]+$/, '')));
    expect([...plain].sort()).toEqual(
      ['bakers', 'cooks']
        .flatMap((plural) =>
          ['are kind', 'bake pies', 'bake rolls'].map(
            (praise) => `${plural} ${praise}, as a ${plural.slice(0, -1)} does`,
          ),
        )
        .sort(),
    );
    expect(made[0]?.labels).toEqual(Uint8Array.of(0, UNKNOWN, UNKNOWN, 1, UNKNOWN, UNKNOWN));
  });

  it.each([
    ['a list twice', { lists: { praise: [] } }, 'praise is there already'],
    ['an unknown list', { patterns: [{ labels: {}, texts: ['{nobody} came'] }] }, '{nobody}'],
    ['an unknown column', { patterns: [{ labels: {}, texts: ['{group.age} came'] }] }, '{group.age}'],
    ['an unknown label', { patterns: [{ labels: { rude: 1 }, texts: [] }] }, 'rude'],
  ])('may not have %s', async (_, other, message) => {
    const folder = await templatesOf({ 'a.json': content, 'b.json': other });
    await expect(readTemplates(folder)).rejects.toThrow(message);
  });

  it('of the package fill without a slot left, most of them harmless', async () => {
    const folder = fileURLToPath(new URL('../templates', import.meta.url));
    const made = fillTemplates(await readTemplates(folder), 2, new Random(1));
    expect(made.length).toBeGreaterThan(3000);
    expect(made.filter(({ text }) => /[{}]|undefined/.test(text))).toEqual([]);
    const harmless = made.filter(({ labels }) => labels[0] === 0);
    expect(harmless.length / made.length).toBeGreaterThan(0.5);
  });
});

describe('swapGroups', () => {
  it('gives a group another name of its form, the same one throughout', () => {
    const random = new Random(2);
    const swapped = Array.from({ length: 50 }, () => swapGroups('Nigerians cook; nigerians dance.', random));
    const found = swapped.filter((text) => text !== undefined);
    expect(found.length).toBeGreaterThan(40);
    for (const text of found) {
      const [, name] = /^(\p{Lu}\p{L}+) cook; /u.exec(text) ?? [];
      expect(text).toBe(`${name} cook; ${name?.toLowerCase()} dance.`);
      expect(name).not.toBe('Nigerians');
    }
  });

  it('leaves a text that names none', () => {
    expect(swapGroups('A black hole bends light.', new Random(1))).toBeUndefined();
  });
});

describe('augment', () => {
  const labels = (toxic: number): number[] => [toxic, 0, 0, 0, 0, 0];
  const long = 'The mill by the river was built of grey stone and still grinds the flour of the valley.';
  const texts = [long, 'Pensioners are silly fools', 'Teenagers are welcome here', 'left alone'];
  const comments: Comments = {
    texts,
    source: [0, 0, 1, 1],
    sources: ['first', 'second'],
    isDev: [false, false, false, true],
    labels: Uint8Array.from([...labels(0), ...labels(1), ...labels(0), ...labels(0)]),
  };
  const teacher = Float32Array.from({ length: 24 }, (_, at) => at / 100);
  const templates = {
    lists: new Map(),
    columns: new Map(),
    patterns: [{ labels: { toxic: 1 as const }, texts: ['made up'] }],
  };
  const all = { templates: 1, mentions: 0, swaps: 1, disguises: 1, padding: 1 };

  it('adds comments behind the given ones, with the labels and scores of what they were made of', () => {
    const grown = augment(comments, teacher, templates, all, new Random(1));
    expect(grown.comments.texts.slice(0, 4)).toEqual(texts);
    expect(grown.plain).toBe(5);
    expect(grown.comments.sources).toEqual(['first', 'second', TEMPLATE_SOURCE]);
    expect(grown.comments.source[4]).toBe(2);
    expect(grown.comments.isDev.slice(4).every((isDev) => !isDev)).toBe(true);
    expect(grown.teacher?.subarray(0, 24)).toEqual(teacher);
    expect([...(grown.teacher?.subarray(24, 30) ?? [])]).toEqual(Array(6).fill(Number.NaN));
    for (let row = 5; row < grown.comments.texts.length; row++) {
      const from = [0, 1, 2].find((index) => teacher[index * 6] === grown.teacher?.[row * 6]) as number;
      expect(grown.comments.labels[row * 6]).toBe(comments.labels[from * 6]);
      expect(grown.comments.source[row]).toBe(comments.source[from]);
      expect(grown.comments.texts[row]).not.toBe(texts[from]);
    }
    const padded = grown.comments.texts.filter(
      (text) => text.includes('silly fools') && text.includes('the river'),
    );
    expect(padded).toHaveLength(1);
    expect(grown.comments.texts.filter((text) => text.includes('left alone'))).toHaveLength(1);
  });

  it('tells harmless comments of groups by the sentence, toxic ones whole, and leaves open whether that is hate', () => {
    const told: Comments = {
      texts: [
        'The mill is old. Many people like it! It is grey.',
        'These people are silly fools',
        'No one is named',
        'A student wrote the guide.',
      ],
      source: [0, 0, 0, 1],
      sources: ['jigsaw', 'elsewhere'],
      isDev: [false, false, false, false],
      labels: Uint8Array.from([...labels(0), ...labels(1), ...labels(0), ...labels(0)]),
    };
    const scores = new Float32Array(24).fill(0.01);
    const groups = {
      lists: new Map([['group', [['fishers', 'a fisher']]]]),
      columns: new Map([['group', ['plural', 'one']]]),
      patterns: [],
    };
    const settings = { templates: 0, mentions: 2, swaps: 0, disguises: 0, padding: 0 };
    const grown = augment(told, scores, groups, settings, new Random(1));
    const both = ['Many fishers like it!', 'These fishers are silly fools'];
    expect(grown.comments.texts.slice(4)).toEqual([...both, ...both]);
    expect(grown.comments.source.slice(4).map((index) => grown.comments.sources[index])).toEqual(
      Array(4).fill(MENTION_SOURCE),
    );
    expect(grown.comments.labels[4 * 6 + 5]).toBe(told.labels[5]);
    expect(grown.comments.labels[5 * 6]).toBe(1);
    expect(grown.comments.labels[5 * 6 + 5]).toBe(UNKNOWN);
    expect(grown.teacher?.[5 * 6 + 5]).toBeNaN();
    expect(grown.teacher?.[5 * 6]).toBeCloseTo(0.01);
    expect(grown.plain).toBe(8);
  });

  it('adds nothing where nothing is asked for', () => {
    const none = { templates: 0, mentions: 0, swaps: 0, disguises: 0, padding: 0 };
    const grown = augment(comments, undefined, undefined, none, new Random(1));
    expect(grown.comments).toEqual(comments);
    expect(grown.teacher).toBeUndefined();
  });
});
