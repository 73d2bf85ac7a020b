import { throwIfAborted } from '../abort.js';
import { isDue, rest } from '../pace.js';
import { MOST_PIECES, type PhraseMatch, type Phrases, type Searched } from './phrase-list.js';
import { readTokens, splitLoneLetter, type Token } from './tokens.js';

/**
 * Finds the phrases of some lists in a text, and lets the event loop turn in between.
 *
 * @returns every match, those that overlap too, in the order in which they begin.
 * @throws {ToxicityGuardError} `ABORTED`.
 */
export async function findPhrases(
  text: string,
  lists: readonly Phrases[],
  signal?: AbortSignal,
): Promise<PhraseMatch[]> {
  const matches: PhraseMatch[] = [];
  const tell = (match: PhraseMatch): void => void matches.push(match);
  // So many tokens a phrase may take: what begins closer to the end of what has been read waits for more.
  const reach = MOST_PIECES * Math.max(0, ...lists.map(({ longest }) => longest));
  const tokens: Token[] = [];
  const searches = lists.map((list) => ({ list, searched: { text, tokens, known: [] } satisfies Searched }));
  const search = (count: number): void => {
    for (let first = 0; first < count; first++) {
      for (const { list, searched } of searches) list.findAt(searched, first, tell);
    }
    tokens.splice(0, count);
    for (const { searched } of searches) searched.known.splice(0, count);
  };
  for (const read of readTokens(text)) {
    for (const token of read) tokens.push(...partsOf(text, token, lists));
    search(Math.max(0, tokens.length - reach));
    if (isDue()) await rest();
    throwIfAborted(signal);
  }
  search(tokens.length);
  return matches;
}

/** Two tokens where a letter by itself stands before the letters of a word that some list knows. */
function partsOf(text: string, token: Token, lists: readonly Phrases[]): readonly Token[] {
  const parts = splitLoneLetter(text, token);
  if (parts === undefined) return [token];
  const isKnown = ({ word }: Token): boolean => lists.some((list) => list.look(word).length > 0);
  return !isKnown(token) && isKnown(parts[1]) ? parts : [token];
}
