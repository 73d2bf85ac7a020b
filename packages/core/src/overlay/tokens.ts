import { ASCII_KINDS, fold, IGNORED } from '../text/fold.js';
import { Kind } from '../text/kind.js';
import { Tokeniser } from '../text/tokenise.js';

/** One word of a text, folded, and its place in the text as it was written. */
export interface Token {
  readonly word: string;
  /** UTF-16 offsets, `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

const WINDOW = 256;
/** Letters that are words by themselves, so that `a f o o l` may be two words. */
const LONE_LETTERS = 'ai';
/** At a window's end so many tokens may belong to what follows: two letters, or a row of them that goes on. */
const OPEN_END = 3;
/** The most words that are cut from one run of letters by their capitals. */
const MOST_PARTS = 20;

let shared: Tokeniser | undefined;

/**
 * Reads a text's tokens, some at a time, each once. Letters are joined as by the tokeniser without a vocabulary:
 * three single ones in a row are a word.
 *
 * @param window the most tokens at a time.
 */
export function* readTokens(text: string, window = WINDOW): Generator<Token[]> {
  shared ??= new Tokeniser(WINDOW);
  // What it has read is taken out before others have their turn.
  const tokeniser = window === WINDOW ? shared : new Tokeniser(window);
  for (let at = 0; at < text.length; ) {
    const stopped = tokeniser.read(text, at);
    const settled = stopped >= text.length ? tokeniser.count : settledOf(tokeniser, at);
    at = settled < tokeniser.count ? (tokeniser.from[settled] as number) : stopped;
    const tokens: Token[] = [];
    for (let token = 0; token < settled; token++) {
      tokens.push({
        word: tokeniser.word(token),
        from: tokeniser.from[token] as number,
        to: tokeniser.to[token] as number,
      });
    }
    yield tokens;
  }
}

/** How many tokens what follows cannot change; all where the window would not advance otherwise. */
function settledOf({ count, from, to }: Tokeniser, position: number): number {
  let settled = Math.max(0, count - OPEN_END);
  // Not inside a run of letters, whose parts are cut by the whole of it.
  const least = Math.max(0, settled - MOST_PARTS);
  while (settled > least && from[settled] === to[settled - 1]) settled--;
  return count > 0 && (from[settled] as number) > position ? settled : count;
}

/**
 * Parts `a` or `i` from the letters that stand behind it in a row, as in `a f o o l`.
 *
 * @returns nothing where the token is no such row.
 */
export function splitLoneLetter(text: string, { word, from, to }: Token): [Token, Token] | undefined {
  if (word.length < 3 || to - from < 2 * word.length - 1 || !LONE_LETTERS.includes(word[0] as string)) {
    return undefined;
  }
  let end = -1;
  for (let at = from; at < to; ) {
    const codePoint = text.codePointAt(at) as number;
    const kind = kindOf(codePoint);
    if (kind === Kind.Separator && end === -1) end = at;
    if (kind !== Kind.Separator && kind !== IGNORED && at > from) {
      if (end === -1) return undefined;
      return [
        { word: word[0] as string, from, to: end },
        { word: word.slice(1), from: at, to },
      ];
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  return undefined;
}

function kindOf(codePoint: number): number {
  if (codePoint < 128) return ASCII_KINDS[codePoint] as number;
  const { kind, units } = fold(codePoint);
  return units === '' ? IGNORED : kind;
}
