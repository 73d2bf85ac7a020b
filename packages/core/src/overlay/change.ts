import { WrongArgument } from '../check.js';
import { isDue, rest } from '../pace.js';
import { anEntry, identityOf, type OverlayEntry } from './entry.js';

/** The most phrases of one list. */
export const MOST_ENTRIES = 20_000;

/** Entries to add to one list and to remove from it; `undefined` is the list of the site. */
export interface ListChange {
  readonly community: string | undefined;
  readonly added: readonly OverlayEntry[];
  readonly removed: readonly OverlayEntry[];
}

/**
 * The changes that entries make, one for each list.
 *
 * @throws {TypeError} for a wrong entry, without its phrase.
 */
export async function changesOf(
  entries: readonly OverlayEntry[],
  kind: 'added' | 'removed',
): Promise<ListChange[]> {
  const lists = new Map<string | undefined, OverlayEntry[]>();
  for (const { community, ...entry } of await checkEntries(entries, 'entries')) {
    const own = lists.get(community) ?? [];
    lists.set(community, own);
    own.push(entry);
  }
  return [...lists].map(([community, own]) => ({ community, added: [], removed: [], [kind]: own }));
}

/** Checks a list of entries and lets the event loop turn in between. */
export async function checkEntries(value: unknown, path: string): Promise<OverlayEntry[]> {
  if (!Array.isArray(value)) throw new WrongArgument(path, 'be an array of entries', typeof value);
  const entries: OverlayEntry[] = [];
  for (const [index, entry] of value.entries()) {
    if (isDue()) await rest();
    entries.push(anEntry(entry, `${path}[${index}]`));
  }
  return entries;
}

/**
 * A list as a change leaves it.
 *
 * @throws {TypeError} where it would have more than {@link MOST_ENTRIES}.
 */
export async function applied(
  entries: readonly OverlayEntry[],
  { added, removed }: ListChange,
): Promise<OverlayEntry[]> {
  const kept = new Map<string, OverlayEntry>();
  for (const [from, isKept] of [
    [entries, true],
    [removed, false],
    [added, true],
  ] as const) {
    for (const entry of from) {
      if (isDue()) await rest();
      const identity = identityOf(entry);
      if (isKept) kept.set(identity, entry);
      else kept.delete(identity);
    }
  }
  if (kept.size > MOST_ENTRIES) {
    throw new WrongArgument('entries', `leave at most ${MOST_ENTRIES} phrases in a list`, `${kept.size}`);
  }
  return [...kept.values()];
}
