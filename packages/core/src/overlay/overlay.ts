import type { OverlayEntry } from './entry.js';
import type { Phrases } from './phrase-list.js';

/** The lists that count for a text. */
export interface OverlayLists {
  /** That of the site, and that of the text's community. */
  readonly lists: readonly Phrases[];
  /** Whether a list could not be read, so that a phrase may be missing. */
  readonly degraded: boolean;
}

/** A site's own words and phrases. Made by `keyvOverlay()`, which shares them, or by `memoryOverlay()`. */
export interface Overlay {
  /**
   * The lists for a text of a community, or of none. For `withOverlay()`.
   *
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `CLOSED`.
   */
  listsFor(community?: string): OverlayLists | Promise<OverlayLists>;
  /**
   * Adds phrases, each to the list of its community or of the site. One that is there already stays once.
   *
   * @throws {TypeError} for an entry that is wrong; then none is added. The error does not tell the phrase.
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `CLOSED`.
   */
  add(entries: readonly OverlayEntry[]): Promise<void>;
  /** Removes phrases: those that fold to the same words, with the same action, label and community. */
  remove(entries: readonly OverlayEntry[]): Promise<void>;
  /** The phrases of a community, or of the site without one. */
  list(community?: string): Promise<OverlayEntry[]>;
  /** Ends what works in the background. May be called twice. */
  close(): Promise<void>;
}
