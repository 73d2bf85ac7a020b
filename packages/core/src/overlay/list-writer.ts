import { ToxicityGuardError } from '../errors.js';
import { applied, type ListChange } from './change.js';
import { type ListStore, newId } from './list-store.js';

/** How often a change is written again where another writer has overwritten it at once. */
const MOST_TRIES = 10;
/** For so long it is looked after, for a writer that had read the list before and writes it late. */
const WATCHED_MS = 60_000;

interface Watched {
  readonly change: ListChange;
  readonly until: number;
}

/**
 * Writes changes of lists. A store has no transactions, so of two writers that read a list at the same time the
 * later would undo what the earlier has written. Every list names the changes that made it: a writer reads the
 * list again, and where its own change is not named there, makes it once more.
 */
export class ListWriter {
  readonly #watched = new Map<string, Watched>();
  /** The writes under way, one behind the other; it does not reject. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: ListStore) {}

  /** Makes changes, in order. */
  write(changes: readonly ListChange[]): Promise<void> {
    return this.#queue(async () => {
      try {
        for (const change of changes) {
          const id = newId();
          await this.#put(id, change);
          this.#watched.set(id, { change, until: Date.now() + WATCHED_MS });
        }
      } finally {
        // Also where one list was written before another could not be.
        await this.store.touch();
      }
    });
  }

  /** Makes changes of late again that another writer has overwritten. */
  watch(): Promise<void> {
    if (this.#watched.size === 0) return Promise.resolve();
    return this.#queue(async () => {
      const lists = new Map<string | undefined, Promise<readonly string[]>>();
      let isTouched = false;
      for (const [id, { change, until }] of [...this.#watched]) {
        const { community } = change;
        const read = lists.get(community) ?? this.#changesOf(community);
        lists.set(community, read);
        if (!(await read).includes(id)) {
          await this.#put(id, change);
          lists.delete(community);
          isTouched = true;
        } else if (Date.now() > until) {
          this.#watched.delete(id);
        }
      }
      if (isTouched) await this.store.touch();
    });
  }

  async #put(id: string, change: ListChange): Promise<void> {
    const { community } = change;
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      const { changes, entries } = await this.store.read(community);
      // Not at the first attempt alone: what was written is read again.
      if (changes.includes(id)) return;
      await this.store.write(community, {
        changes: [...changes, id],
        entries: await applied(entries, change),
      });
    }
    if ((await this.#changesOf(community)).includes(id)) return;
    throw new ToxicityGuardError(
      'VOCABULARY_UNAVAILABLE',
      "A change of the overlay's store is not there when it is read again",
    );
  }

  async #changesOf(community: string | undefined): Promise<readonly string[]> {
    return (await this.store.read(community)).changes;
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const writing = this.#writing.then(work);
    this.#writing = writing.catch(() => undefined);
    return writing;
  }
}
