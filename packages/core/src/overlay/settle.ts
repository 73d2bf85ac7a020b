import { throwIfAborted } from '../abort.js';
import { addSpans } from '../classifier/spans.js';
import type { Label, Span } from '../labels.js';
import { isDue, rest } from '../pace.js';
import { MOST_WORDS } from './entry.js';
import type { PhraseMatch, PhraseRule } from './phrase-list.js';

/** What the phrases found in a text make of it. */
export interface Overlaid {
  /** The text with blanks for what is allowed: as long as it was, every other character where it was. */
  readonly text: string;
  /** The places of what is denied, by label, in order. */
  readonly denied: ReadonlyMap<Label, readonly Span[]>;
}

const ALLOWED = 1;
const DENIED = 2;
const BLANK = ' ';

/**
 * Decides between phrases that overlap and contradict each other: a community's phrase counts before one of the
 * site, then the longer one by words, then a denied one. What loses does not count at all.
 *
 * @param matches in the order in which they begin.
 * @throws {ToxicityGuardError} `ABORTED`.
 */
export async function settle(
  text: string,
  matches: readonly PhraseMatch[],
  signal?: AbortSignal,
): Promise<Overlaid> {
  const denied = new Map<Label, Span[]>();
  const allowed = matches.filter(({ rule }) => isAllowed(rule));
  // Where nothing is allowed there is nothing to decide.
  const marks = allowed.length > 0 ? new Uint8Array(text.length) : undefined;
  if (marks !== undefined) {
    for (const equals of byRank(matches)) {
      for (const { from, to, rule } of equals) {
        if (isDue()) await rest();
        throwIfAborted(signal);
        const [mark, other] = isAllowed(rule) ? [ALLOWED, DENIED] : [DENIED, ALLOWED];
        const place = marks.subarray(from, to);
        if (!place.includes(other)) place.fill(mark);
      }
    }
  }
  for (const { from, to, rule } of matches) {
    if (isDue()) await rest();
    throwIfAborted(signal);
    if (marks?.subarray(from, to).includes(ALLOWED)) continue;
    for (const label of rule.denied) {
      const spans = denied.get(label) ?? [];
      denied.set(label, spans);
      addSpans(spans, [[from, to]]);
    }
  }
  return { text: marks === undefined ? text : blanked(text, marks), denied };
}

function isAllowed({ denied }: PhraseRule): boolean {
  return denied.length === 0;
}

/** Matches of the highest rank first; those of one rank in their order. */
function byRank(matches: readonly PhraseMatch[]): PhraseMatch[][] {
  const ranks: PhraseMatch[][] = Array.from({ length: 4 * (MOST_WORDS + 1) }, () => []);
  for (const match of matches) {
    const { isCommunity, words } = match.rule;
    const rank = (Number(isCommunity) * (MOST_WORDS + 1) + words) * 2 + Number(!isAllowed(match.rule));
    (ranks[rank] as PhraseMatch[]).push(match);
  }
  return ranks.reverse();
}

function blanked(text: string, marks: Uint8Array): string {
  const pieces: string[] = [];
  let at = 0;
  for (let from = marks.indexOf(ALLOWED); from !== -1; from = marks.indexOf(ALLOWED, at)) {
    pieces.push(text.slice(at, from));
    at = from;
    while (marks[at] === ALLOWED) at++;
    pieces.push(BLANK.repeat(at - from));
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}
