const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
/** The marks before and behind a word's n-grams, as in fastText (Bojanowski et al. 2017). */
const OPEN = 0x3c;
const CLOSE = 0x3e;

/** MurmurHash3's finaliser: spreads FNV's weak low bits over the whole word. */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Hash of a whole word: FNV-1a over its UTF-16 units, mixed.
 *
 * @returns an integer, 0 to 2³² - 1.
 * @example
 * hashWord('hello') // 2290972270
 */
export function hashWord(word: string): number {
  let hash = OFFSET;
  for (let index = 0; index < word.length; index++) hash = Math.imul(hash ^ word.charCodeAt(index), PRIME);
  return mix(hash);
}

/**
 * Hash of two neighbouring words, from the hashes of each.
 *
 * @returns an integer, 0 to 2³² - 1; the order of the words counts.
 */
export function hashPair(first: number, second: number): number {
  return mix(Math.imul(first, 0x9e3779b1) ^ second);
}

/**
 * Hashes of a word's character n-grams, the word written between `<` and `>`.
 *
 * @param word 1 to 48 UTF-16 units.
 * @param shortest,longest lengths of the n-grams in units, marks included.
 * @param out receives the hashes, integers 0 to 2³² - 1; emptied first.
 * @example
 * hashNgrams('ab', 3, 4, []) // the hashes of '<ab', 'ab>', '<ab>'
 */
export function hashNgrams(word: string, shortest: number, longest: number, out: number[]): number[] {
  out.length = 0;
  const length = word.length + 2;
  for (let start = 0; start < length; start++) {
    // The seed differs from hashWord's, so that a word and an n-gram of the same letters stay apart.
    let hash = OFFSET ^ 0x5bd1e995;
    const most = Math.min(longest, length - start);
    for (let size = 1; size <= most; size++) {
      const index = start + size - 1;
      const unit = index === 0 ? OPEN : index === length - 1 ? CLOSE : word.charCodeAt(index - 1);
      hash = Math.imul(hash ^ unit, PRIME);
      if (size >= shortest) out.push(mix(hash));
    }
  }
  return out;
}
