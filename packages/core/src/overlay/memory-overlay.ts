import { WrongArgument } from '../check.js';
import { ToxicityGuardError } from '../errors.js';
import { applied, changesOf, type ListChange, MOST_ENTRIES } from './change.js';
import { aCommunity, type OverlayEntry, someEntries } from './entry.js';
import type { Overlay, OverlayLists } from './overlay.js';
import { PhraseList } from './phrase-list.js';

/**
 * Phrases in the memory of this process alone. A change counts for the texts that come behind it.
 *
 * @throws {TypeError} for an entry that is wrong. The error does not tell the phrase.
 * @example
 * const overlay = memoryOverlay([{ phrase: 'Scunthorpe United', action: 'allow' }])
 * const classifier = createClassifier({ overlay })
 */
export function memoryOverlay(entries: readonly OverlayEntry[] = []): Overlay {
  return inMemory(entries, 'entries');
}

/** @param path where the entries stand among the options. */
export function inMemory(entries: unknown, path: string): Overlay {
  const checked = someEntries(entries, path);
  if (checked.length > MOST_ENTRIES) {
    throw new WrongArgument(path, `be at most ${MOST_ENTRIES}`, `${checked.length}`);
  }
  return new MemoryOverlay(checked);
}

interface Held {
  readonly entries: readonly OverlayEntry[];
  readonly phrases: PhraseList;
}

class MemoryOverlay implements Overlay {
  readonly #lists = new Map<string | undefined, Held>();
  /** The changes under way, one behind the other; it does not reject. */
  #changing: Promise<unknown>;
  #closed = false;

  constructor(entries: readonly OverlayEntry[]) {
    this.#changing = this.#change(entries, 'added');
  }

  async listsFor(community?: string): Promise<OverlayLists> {
    this.#throwIfClosed();
    const id = community === undefined ? undefined : aCommunity(community, 'community');
    await this.#changing;
    const ids = id === undefined ? [undefined] : [undefined, id];
    return { lists: ids.flatMap((one) => this.#lists.get(one)?.phrases ?? []), degraded: false };
  }

  add(entries: readonly OverlayEntry[]): Promise<void> {
    return this.#queue(entries, 'added');
  }

  remove(entries: readonly OverlayEntry[]): Promise<void> {
    return this.#queue(entries, 'removed');
  }

  async list(community?: string): Promise<OverlayEntry[]> {
    this.#throwIfClosed();
    await this.#changing;
    const entries = this.#lists.get(community)?.entries ?? [];
    return entries.map((entry) => (community === undefined ? entry : { ...entry, community }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#lists.clear();
  }

  #queue(entries: readonly OverlayEntry[], kind: 'added' | 'removed'): Promise<void> {
    const change = this.#changing.then(() => {
      this.#throwIfClosed();
      return this.#change(entries, kind);
    });
    this.#changing = change.catch(() => undefined);
    return change;
  }

  async #change(entries: readonly OverlayEntry[], kind: 'added' | 'removed'): Promise<void> {
    const held: [string | undefined, Held][] = [];
    // Made first and then put in place together: a change that is wrong changes nothing.
    for (const change of await changesOf(entries, kind))
      held.push([change.community, await this.#held(change)]);
    for (const [community, list] of held) this.#lists.set(community, list);
  }

  async #held(change: ListChange): Promise<Held> {
    const { community } = change;
    const entries = await applied(this.#lists.get(community)?.entries ?? [], change);
    return { entries, phrases: await PhraseList.of(entries, community !== undefined) };
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new ToxicityGuardError('CLOSED', 'The overlay is closed');
  }
}
