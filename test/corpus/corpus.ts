import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What people expect of a line: the folder that it lies in, or its kind in the functional set. */
export type Kind = 'must-flag' | 'must-pass' | 'hateful' | 'abusive' | 'harmless';

/** One comment, with its line number in the file. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

/** Lines that try the same thing. */
export interface Group {
  /** Such as `must-flag/plain-insults` or `functional/dehumanisation`. */
  readonly name: string;
  readonly kind: Kind;
  readonly lines: readonly Line[];
}

const KIND_BY_COLUMN = new Map<string, Kind>([
  ['yes', 'hateful'],
  ['abuse', 'abusive'],
  ['no', 'harmless'],
]);

/** Every group, in the order of its name within its kind. */
export function readCorpus(): Group[] {
  return [...readFolder('must-flag'), ...readFolder('must-pass'), ...readFunctional()];
}

export function isExpectedToPass({ kind }: Group): boolean {
  return kind === 'must-pass' || kind === 'harmless';
}

/** A file of this folder, by its path. */
export function corpusPath(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function readFolder(kind: 'must-flag' | 'must-pass'): Group[] {
  const files = readdirSync(corpusPath(kind)).sort();
  return files.map((file) => {
    const [head = '', ...lines] = readLines(`${kind}/${file}`);
    if (!head.startsWith('# ')) throw new Error(`${kind}/${file} does not begin with what it is for`);
    return {
      name: `${kind}/${file.replace(/\.txt$/, '')}`,
      kind,
      lines: lines.map((text, index) => ({ at: index + 2, text: decode(text) })),
    };
  });
}

function readFunctional(): Group[] {
  const groups = new Map<string, { name: string; kind: Kind; lines: Line[] }>();
  for (const [index, row] of readLines('functional.csv').slice(1).entries()) {
    const at = index + 2;
    const [, functionality, hateful = '', text = ''] =
      /^([a-z-]+),([a-z]+),[a-z-]+,"((?:[^"]|"")+)"$/.exec(row) ?? [];
    const kind = KIND_BY_COLUMN.get(hateful);
    if (functionality === undefined || kind === undefined) throw new Error(`functional.csv, line ${at}`);
    const group = groups.get(functionality) ?? { name: `functional/${functionality}`, kind, lines: [] };
    if (group.kind !== kind) throw new Error(`functional.csv, line ${at}: ${functionality} is of two kinds`);
    group.lines.push({ at, text: decode(text.replaceAll('""', '"')) });
    groups.set(functionality, group);
  }
  return [...groups.values()];
}

function readLines(path: string): string[] {
  return readFileSync(corpusPath(path), 'utf8').trimEnd().split(/\r?\n/);
}

/** Characters that nobody would see in an editor are written as `\u{200b}`. */
function decode(text: string): string {
  return text.replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}
