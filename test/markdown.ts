import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** A document, by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Every Markdown file of ours, as paths from the root with forward slashes. */
export function documents(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : documents(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** The code blocks of one language, in order. */
export function blocks(markdown: string, language: string): string[] {
  const fences = markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return Array.from(fences, ([, name, code]) => ({ name, code: code as string }))
    .filter(({ name }) => name === language)
    .map(({ code }) => code);
}

/** The text without its code blocks. */
export function prose(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '');
}

/** What stands under a heading, up to the next one of its rank or a higher one. */
export function section(markdown: string, heading: string): string {
  const start = markdown.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`There is no heading ${heading}`);
  const rank = heading.indexOf(' ');
  const rest = markdown.slice(start + heading.length);
  const end = rest.search(new RegExp(`^#{1,${rank}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The cells of every table row, head included, rules left out. */
export function rows(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The names of an options table: what its first column has in code type. */
export function optionNames(markdown: string): string[] {
  return rows(markdown).flatMap(([first = '']) =>
    Array.from(first.matchAll(/`(\w+)`/g), ([, name]) => name as string),
  );
}

/** The targets of links that lead to a file of the repository, with their anchors. */
export function relativeLinks(markdown: string): string[] {
  const targets = Array.from(prose(markdown).matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target as string);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that GitHub gives a document's headings. */
export function anchors(markdown: string): string[] {
  return Array.from(prose(markdown).matchAll(/^#+ (.+)$/gm), ([, title]) =>
    (title as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
