/** What a folded character is to the tokeniser. Plain numbers, so that a `Uint8Array` holds them. */
export const Kind = {
  Separator: 0,
  Letter: 1,
  Digit: 2,
  Apostrophe: 3,
  /** A sign that stands in for a letter inside a word, as in `a$$` or `f**k`. */
  LeetSymbol: 4,
  /** An emoji: always a token of its own. */
  Picture: 5,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
