import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LABELS, type Label } from '@toxicity-guard/core/training';
import { UNKNOWN } from './comments.js';
import type { Random } from './random.js';

type Row = readonly string[];

/** Sentences with slots, and the lists that fill them. */
export interface Templates {
  readonly lists: ReadonlyMap<string, readonly (string | Row)[]>;
  /** The columns of lists that are tables. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly patterns: readonly {
    readonly labels: Partial<Record<Label, 0 | 1>>;
    readonly texts: readonly string[];
  }[];
}

interface TemplateFile {
  readonly lists?: Record<string, (string | string[])[]>;
  readonly columns?: Record<string, string[]>;
  readonly patterns?: Templates['patterns'];
}

/** Slots within slots within slots: deeper than that is a circle. */
const DEEPEST = 6;
const SLOT = /\{([a-z_]+)(#\d+)?(?:\.([a-z_]+))?\}/g;

/**
 * Reads every `.json` file of a folder: `{ "lists": { name: string[] | string[][] }, "columns": { name: string[] },
 * "patterns": [{ "labels": { toxic: 0 | 1, … }, "texts": string[] }] }`. In a text `{name}` is an entry of that
 * list, `{name.column}` a column of that table's entry, `{name#2}` another draw than `{name}`.
 *
 * @throws {Error} that names the file and what it lacks: a list, a column, a label.
 */
export async function readTemplates(folder: string): Promise<Templates> {
  const lists = new Map<string, (string | string[])[]>();
  const columns = new Map<string, string[]>();
  const patterns: Templates['patterns'][number][] = [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  for (const name of names) {
    const file = join(folder, name);
    const content = JSON.parse(await readFile(file, 'utf8')) as TemplateFile;
    for (const [list, entries] of Object.entries(content.lists ?? {})) {
      if (lists.has(list)) throw new Error(`${file}: the list ${list} is there already`);
      lists.set(list, entries);
    }
    for (const [list, its] of Object.entries(content.columns ?? {})) columns.set(list, its);
    for (const pattern of content.patterns ?? []) {
      const unknown = Object.keys(pattern.labels).find(
        (label) => !(LABELS as readonly string[]).includes(label),
      );
      if (unknown !== undefined) throw new Error(`${file}: unknown label ${unknown}`);
      patterns.push(pattern);
    }
  }
  const templates = { lists, columns, patterns };
  const texts = [...patterns.flatMap((pattern) => pattern.texts), ...[...lists.values()].flat(2)];
  for (const text of texts) {
    for (const [slot, list, , column] of text.matchAll(SLOT)) {
      const isKnown =
        column === undefined
          ? lists.has(list as string)
          : columns.get(list as string)?.includes(column) === true;
      if (!isKnown) throw new Error(`${folder}: nothing fills the slot ${slot}`);
    }
  }
  return templates;
}

/** One sentence that templates made, and its labels: six of 0, 1 and {@link UNKNOWN}. */
export interface MadeComment {
  readonly text: string;
  readonly labels: Uint8Array;
}

/**
 * Fills every text of every pattern `times` times, each sentence once.
 *
 * @example
 * // lists: { who: ['you', 'they'] }, patterns: [{ labels: { toxic: 0 }, texts: ['{who} are right'] }]
 * fillTemplates(templates, 2, new Random(1)) // 'you are right', 'they are right'
 */
export function fillTemplates(templates: Templates, times: number, random: Random): MadeComment[] {
  const made = new Map<string, MadeComment>();
  for (const { labels, texts } of templates.patterns) {
    const six = Uint8Array.from(LABELS, (label) => labels[label] ?? UNKNOWN);
    for (const pattern of texts) {
      for (let time = 0; time < times; time++) {
        const text = vary(fill(templates, pattern, random), random);
        made.set(text, { text, labels: six });
      }
    }
  }
  return [...made.values()];
}

function fill({ lists, columns }: Templates, pattern: string, random: Random): string {
  const drawn = new Map<string, string | Row>();
  const columnOf = (list: string, column = ''): number =>
    Math.max(0, columns.get(list)?.indexOf(column) ?? 0);
  let text = pattern;
  for (let depth = 0; depth < DEEPEST && text.includes('{'); depth++) {
    const slots = [...text.matchAll(SLOT)];
    text = text.replaceAll(SLOT, (_, list: string, number = '', column?: string) => {
      const key = list + number;
      const entries = lists.get(list) ?? [];
      const needed = slots
        .filter((slot) => slot[1] + (slot[2] ?? '') === key)
        .map((slot) => columnOf(list, slot[3]));
      const fits = (entry: string | Row): boolean =>
        typeof entry === 'string' || needed.every((index) => entry[index] !== '');
      if (!entries.some(fits)) throw new Error(`No entry of ${list} has all that this asks for: ${pattern}`);
      let entry = drawn.get(key);
      while (entry === undefined || !fits(entry))
        entry = entries[Math.floor(random.next() * entries.length)] ?? '';
      drawn.set(key, entry);
      return typeof entry === 'string' ? entry : (entry[columnOf(list, column)] as string);
    });
  }
  return text;
}

/** Writes a sentence as people do: some without capitals, some loud, some with marks behind it. */
function vary(text: string, random: Random): string {
  const chance = random.next();
  const cased =
    chance < 0.45
      ? text.charAt(0).toUpperCase() + text.slice(1)
      : chance < 0.8
        ? text.toLowerCase()
        : chance < 0.84
          ? text.toUpperCase()
          : text;
  if (/[.!?…"]$/.test(cased)) return cased;
  return cased + (['', '', '.', '.', '!', '!!', '...'][Math.floor(random.next() * 7)] as string);
}
