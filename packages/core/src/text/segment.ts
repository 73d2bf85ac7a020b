import { type RankOf, unleet } from './resolve.js';

/** Costs are negative log likelihoods; by Zipf's law a word's falls off with its rank. */
const WORD_COST = 10;
const UNKNOWN_COST = 15;
const UNKNOWN_UNIT_COST = 5;
/** The most atoms that are one word: the longest words that anybody spaces out. */
const MOST_ATOMS = 20;

const SIGN = /[^a-z']/;

/** The rank of a word, with its signs read as letters where it is not known as it is. */
function rankOfAny(word: string, rankOf: RankOf): number {
  const rank = rankOf(word);
  return rank < 0 && SIGN.test(word) ? rankOf(unleet(word, 'i')) : rank;
}

/**
 * Groups neighbouring pieces of text into words: the letters of `a f o o l` into `a` and `fool`, the pieces
 * of `fo-ol` into `fool`. The likeliest grouping wins, each word by its rank and each unknown one by its
 * length (a unigram model, by dynamic programming over the cuts).
 *
 * @param atoms folded pieces, none empty.
 * @param joinCost what it costs to join two atoms; 0 where nobody would part them but to hide a word.
 * @returns how many atoms each word takes.
 * @example
 * segment(['a', 'f', 'o', 'o', 'l'], rankOf, 0) // [1, 4]
 */
export function segment(atoms: readonly string[], rankOf: RankOf, joinCost: number): number[] {
  const costs = [0];
  const firsts = [0];
  for (let end = 1; end <= atoms.length; end++) {
    let word = '';
    let least = Number.POSITIVE_INFINITY;
    for (let first = end - 1; first >= 0 && end - first <= MOST_ATOMS; first--) {
      word = (atoms[first] as string) + word;
      const rank = rankOfAny(word, rankOf);
      // Pieces that make no word stay pieces; single letters that make none stay together.
      if (rank < 0 && joinCost > 0 && end - first > 1) continue;
      const own = rank < 0 ? UNKNOWN_COST + UNKNOWN_UNIT_COST * word.length : WORD_COST + Math.log(rank + 1);
      const cost = (costs[first] as number) + own + joinCost * (end - first - 1);
      if (cost < least) {
        least = cost;
        firsts[end] = first;
      }
    }
    costs[end] = least;
  }
  const counts: number[] = [];
  for (let end = atoms.length; end > 0; end = firsts[end] as number) {
    counts.push(end - (firsts[end] as number));
  }
  return counts.reverse();
}
