import type { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import { damaged, parseList } from './list-store.js';
import { PhraseList } from './phrase-list.js';

/** A list of a store, in memory. */
export class HeldList {
  /** What was read last and is whole; `undefined` before that. */
  phrases: PhraseList | undefined;
  /** The first reading; it does not reject. */
  loading: Promise<void> | undefined;
  /** Why it could not be read when it was last tried. */
  failure: ToxicityGuardError | undefined;
  /** How often it was put in place. */
  version = 0;
  private revision: string | undefined;
  private wasThere = false;

  constructor(readonly community: string | undefined) {}

  /**
   * Puts a value of the store in place.
   *
   * @param version what {@link version} was before the value was read: an older value must not take a newer's place.
   * @returns `overtaken` where another value was put in place since, and this one was not.
   * @throws {ToxicityGuardError} `VOCABULARY_MISMATCH`; then what was there stays.
   */
  async take(value: unknown, version: number): Promise<'changed' | 'same' | 'overtaken'> {
    // Who empties a list leaves one without entries. One that is gone was lost, and with it what it denied.
    if (value === undefined && this.wasThere) throw damaged('is gone');
    const { revision, entries } = await parseList(value, this.community);
    const isSame = this.phrases !== undefined && revision === this.revision;
    const phrases = isSame ? undefined : await PhraseList.of(entries, this.community !== undefined);
    if (version !== this.version) return 'overtaken';
    this.failure = undefined;
    this.wasThere = value !== undefined;
    if (phrases === undefined) return 'same';
    this.phrases = phrases;
    this.revision = revision;
    this.version++;
    return 'changed';
  }

  refuse(error: unknown): void {
    this.failure = toFault(error, 'VOCABULARY_UNAVAILABLE', 'Reading a list of own words');
  }
}
