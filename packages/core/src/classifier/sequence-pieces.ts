import { type KerasCut, separatorsOf } from '../text/keras-tokens.js';

/** UTF-16 units that are cut into words at once, about: a millisecond's work. */
export const PIECE = 10_000;

/** What the lower case of a Σ does not look beyond (the Unicode Standard, table 3-17). */
const NEUTRAL = /[^\p{Cased}\p{Case_Ignorable}]/u;
const SIGMA = 'Σ';

/** A part of a text, and where it begins. */
export interface Piece {
  readonly piece: string;
  readonly start: number;
}

/**
 * A text in parts whose words are those of the whole: each but the last ends where a word does, and with what the
 * lower case of no letter depends on. Where `split` is longer than a character a filtered one may be a part of it, so
 * that such a text stays whole.
 */
export function* piecesOf(text: string, cut: KerasCut): Iterable<Piece> {
  let start = 0;
  if (text.length > PIECE) {
    const isEnd = cut.charLevel ? () => true : (separatorsOf(cut) ?? (() => false));
    const isOpen = !cut.lower || !text.includes(SIGMA);
    for (let at = PIECE; at < text.length; ) {
      const codePoint = text.codePointAt(at) as number;
      at += codePoint > 0xffff ? 2 : 1;
      if (!isEnd(codePoint)) continue;
      if (!isOpen && !NEUTRAL.test(String.fromCodePoint(codePoint))) continue;
      yield { piece: text.slice(start, at), start };
      start = at;
      at += PIECE;
    }
  }
  yield { piece: text.slice(start), start };
}
