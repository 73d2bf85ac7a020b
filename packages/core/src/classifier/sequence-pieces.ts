import type { KerasTokenizer } from '../text/keras-tokenizer.js';

/** UTF-16 units that are cut into words at once, about: some milliseconds' work. */
export const PIECE = 10_000;

/** A part of a text, and where it begins. */
export interface Piece {
  readonly piece: string;
  readonly start: number;
}

/**
 * A text in parts whose words are those of the whole: each but the last ends with a blank, on which neither a word nor
 * the lower case of a letter depends.
 */
export function* piecesOf(
  text: string,
  { split, charLevel }: Pick<KerasTokenizer, 'split' | 'charLevel'>,
): Iterable<Piece> {
  let start = 0;
  if (charLevel || split === ' ') {
    for (;;) {
      const blank = text.indexOf(' ', start + PIECE);
      if (blank < 0) break;
      yield { piece: text.slice(start, blank + 1), start };
      start = blank + 1;
    }
  }
  yield { piece: text.slice(start), start };
}
