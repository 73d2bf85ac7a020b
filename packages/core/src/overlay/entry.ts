import { type Check, type Checks, checkOptions, oneOf, WrongArgument } from '../check.js';
import { LABELS, type Label } from '../labels.js';
import { readTokens } from './tokens.js';

/** A word or a phrase of a site's own. */
export interface OverlayEntry {
  /** 1 to 16 words, at most 200 UTF-16 code units. Case, accents and disguises do not matter. */
  readonly phrase: string;
  /** `deny` gives its label a score of 1 and reports the place; `allow` takes the phrase out of what is judged. */
  readonly action: 'deny' | 'allow';
  /** The label of a denied phrase. Default `'toxic'`. */
  readonly label?: Label | undefined;
  /** The community whose phrase it is. Default: it is the whole site's. */
  readonly community?: string | undefined;
}

/** The most words of a phrase. */
export const MOST_WORDS = 16;
const LONGEST_PHRASE = 200;
const LONGEST_COMMUNITY = 256;

/** The check of a community's id. The id is not told: it may come from a request. */
export const aCommunity: Check<string> = (value, path) => {
  const isId = typeof value === 'string' && value !== '' && value.length <= LONGEST_COMMUNITY;
  // Half a surrogate pair has no UTF-8, so two such ids would be one.
  if (isId && !/\p{Surrogate}/u.test(value)) return value;
  throw new WrongArgument(
    path,
    `be a well-formed string of 1 to ${LONGEST_COMMUNITY} UTF-16 code units`,
    kindOf(value),
  );
};

const aPhrase: Check<string> = (value, path) => {
  if (typeof value !== 'string' || value.length > LONGEST_PHRASE) {
    throw new WrongArgument(
      path,
      `be a string of at most ${LONGEST_PHRASE} UTF-16 code units`,
      kindOf(value),
    );
  }
  const count = wordsOf(value).length;
  if (count >= 1 && count <= MOST_WORDS) return value;
  throw new WrongArgument(path, `have 1 to ${MOST_WORDS} words`, `${count}`);
};

const CHECKS: Checks<OverlayEntry> = {
  phrase: aPhrase,
  action: oneOf('deny', 'allow'),
  label: oneOf(...LABELS),
  community: aCommunity,
};

/** The check of an entry. No error tells the phrase. */
export const anEntry: Check<OverlayEntry> = (value, path) => {
  // A phrase that was given as it is would be shown by `checkOptions`.
  if (typeof value !== 'object' || value === null)
    throw new WrongArgument(path, 'be an entry', kindOf(value));
  const entry = checkOptions<OverlayEntry>(value, CHECKS, path);
  for (const key of ['phrase', 'action'] as const) {
    if (entry[key] === undefined) throw new WrongArgument(`${path}.${key}`, 'be set', '`undefined`');
  }
  if (entry.action === 'allow' && entry.label !== undefined) {
    throw new WrongArgument(`${path}.label`, "be absent where the action is 'allow'", `\`${entry.label}\``);
  }
  return entry;
};

/** The check of a list of entries. */
export const someEntries: Check<OverlayEntry[]> = (value, path) => {
  if (!Array.isArray(value)) throw new WrongArgument(path, 'be an array of entries', kindOf(value));
  return value.map((entry, index) => anEntry(entry, `${path}[${index}]`));
};

/** The words of a phrase, folded as those of a text are. */
export function wordsOf(phrase: string): string[] {
  // Capitals are made small first: those inside a word would cut it, `McDonald` into two.
  return [...readTokens(phrase.toLowerCase())].flat().map(({ word }) => word);
}

/** What tells an entry from the others of its list: two phrases that fold to the same words are one. */
export function identityOf({ phrase, action, label = 'toxic' }: OverlayEntry): string {
  const words = wordsOf(phrase).join(' ');
  return action === 'allow' ? `allow ${words}` : `deny ${label} ${words}`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `a string of ${value.length}`;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
