/** A word as Keras has it, and its place in the original text: UTF-16 offsets, `end` exclusive. */
export interface KerasToken {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** How a text is cut: what `keras.preprocessing.text.Tokenizer` keeps under the same names. */
export interface KerasCut {
  readonly filters: string;
  readonly lower: boolean;
  readonly split: string;
  readonly charLevel: boolean;
}

/**
 * Makes what cuts a text as Keras's `text_to_word_sequence` does: lower case first, then each filtered character
 * becomes `split`, then the text is cut at `split` and what is empty goes. At character level nothing is filtered.
 */
export function kerasTokens({ filters, lower, split, charLevel }: KerasCut): (text: string) => KerasToken[] {
  const isFiltered = oneOfCodePoints(filters);
  const isSeparator = separatorsOf({ filters, split });
  return (text) => {
    const written = lower ? text.toLowerCase() : text;
    const origins = originsOf(text, written);
    if (charLevel) return characters(written, origins);
    if (isSeparator !== undefined) return separated(written, origins, isSeparator);
    return splitAt(split, written, origins, isFiltered);
  };
}

/** Says at which code points a text is cut; `undefined` where it takes more than one to cut it. */
export function separatorsOf({
  filters,
  split,
}: Pick<KerasCut, 'filters' | 'split'>): ((codePoint: number) => boolean) | undefined {
  return [...split].length === 1 ? oneOfCodePoints(filters + split) : undefined;
}

/** Where each UTF-16 unit comes from; `undefined` where each comes from its own place. */
type Origins = Int32Array | undefined;

/** `İ` alone changes its length in lower case: it becomes `i` and a combining dot. */
function originsOf(text: string, lower: string): Origins {
  if (lower.length === text.length) return undefined;
  const origins = new Int32Array(lower.length);
  let written = 0;
  for (let index = 0; index < text.length; index++) {
    origins[written++] = index;
    if (text.charCodeAt(index) === 0x130) origins[written++] = index;
  }
  return origins;
}

function token(word: string, first: number, behind: number, origins: Origins): KerasToken {
  if (origins === undefined) return { word, start: first, end: behind };
  return { word, start: origins[first] as number, end: (origins[behind - 1] as number) + 1 };
}

/** Says whether a code point is one of those in a string. Most are in ASCII, where a set would take ten times as long. */
function oneOfCodePoints(characters: string): (codePoint: number) => boolean {
  const all = new Set(Array.from(characters, (character) => character.codePointAt(0) as number));
  const ascii = Uint8Array.from({ length: 128 }, (_, codePoint) => (all.has(codePoint) ? 1 : 0));
  return (codePoint) => (codePoint < 128 ? ascii[codePoint] === 1 : all.has(codePoint));
}

function characters(lower: string, origins: Origins): KerasToken[] {
  const tokens: KerasToken[] = [];
  let first = 0;
  for (const character of lower) {
    const behind = first + character.length;
    tokens.push(token(character, first, behind, origins));
    first = behind;
  }
  return tokens;
}

/** A separator of one character and a filtered character come to the same. */
function separated(
  lower: string,
  origins: Origins,
  isSeparator: (codePoint: number) => boolean,
): KerasToken[] {
  const tokens: KerasToken[] = [];
  let first = 0;
  for (let index = 0; index < lower.length; ) {
    const codePoint = lower.codePointAt(index) as number;
    const next = index + (codePoint > 0xffff ? 2 : 1);
    if (isSeparator(codePoint)) {
      if (index > first) tokens.push(token(lower.slice(first, index), first, index, origins));
      first = next;
    }
    index = next;
  }
  if (lower.length > first) tokens.push(token(lower.slice(first), first, lower.length, origins));
  return tokens;
}

/** A longer separator may also arise where a filtered character stands beside a part of one, so it is written out. */
function splitAt(
  split: string,
  lower: string,
  origins: Origins,
  isFiltered: (codePoint: number) => boolean,
): KerasToken[] {
  const places: number[] = [];
  let written = '';
  let index = 0;
  for (const character of lower) {
    const put = isFiltered(character.codePointAt(0) as number) ? split : character;
    for (let unit = 0; unit < put.length; unit++) {
      const own = index + Math.min(unit, character.length - 1);
      places.push(origins?.[own] ?? own);
    }
    written += put;
    index += character.length;
  }
  const tokens: KerasToken[] = [];
  for (let first = 0; first < written.length; ) {
    const found = written.indexOf(split, first);
    const behind = found < 0 ? written.length : found;
    if (behind > first) {
      tokens.push({
        word: written.slice(first, behind),
        start: places[first] as number,
        end: (places[behind - 1] as number) + 1,
      });
    }
    first = behind + split.length;
  }
  return tokens;
}
