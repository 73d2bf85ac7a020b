import { CONFUSABLES } from './confusables.js';
import { ASCII_KINDS, ASCII_UNITS, fold, IGNORED } from './fold.js';
import { Kind } from './kind.js';

/** The longest token, in UTF-16 units; a longer run of letters is cut into tokens of this length. */
export const MAX_TOKEN_LENGTH = 48;
/** So many units between two single letters still count as one spaced-out word, as in `f . u . c . k`. */
const SPACING = 3;
const LONGEST_SPACED_WORD = 24;
/** The most UTF-16 units that one character folds to: U+FDFA has eighteen. */
const MOST_UNITS = 18;
/** A reading ends behind so many UTF-16 units even with few tokens, so that blanks do not hold the event loop. */
const LONGEST_READING = 8192;
/** So may a word whose letters stand this far apart, with what is drawn as nothing in between. */
const LONGEST_RUN = 65_536;
const STAR = 0x2a;
const A = 0x61;
const Z = 0x7a;

/**
 * Cuts text into tokens: folded, lower-case words whose place in the original text is known. One tokeniser
 * is made once and used for every text; its arrays are overwritten by each call.
 *
 * Token `i` is `units[starts[i] … ends[i])`; in the original text it stands at `from[i] … to[i]`.
 *
 * @example
 * const tokeniser = new Tokeniser(400);
 * tokeniser.read('What a F\u200BÖÖL!', 0);
 * tokeniser.words() // ['what', 'a', 'fool']
 */
export class Tokeniser {
  /** How many tokens the last call found. */
  count = 0;
  /** How many calls there were, so that others can tell whether this is still what they have read. */
  reading = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** UTF-16 offsets in the original text, `to` exclusive. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The folded text of the window. */
  readonly units: Uint16Array;
  private readonly kinds: Uint8Array;
  private readonly origins: Int32Array;
  private length = 0;
  private started = 0;
  private stopped = 0;
  private isAtEnd = true;

  /** @param limit the most tokens that one call reads, a positive integer. */
  constructor(readonly limit: number) {
    this.starts = new Int32Array(limit);
    this.ends = new Int32Array(limit);
    this.from = new Int32Array(limit);
    this.to = new Int32Array(limit);
    // What is no token is forgotten, so that this holds any window: all tokens and the run being read.
    const most = (limit + 1) * (MAX_TOKEN_LENGTH + MOST_UNITS);
    this.units = new Uint16Array(most);
    this.kinds = new Uint8Array(most);
    this.origins = new Int32Array(most);
  }

  /**
   * Reads up to `limit` tokens from `position` on; fewer where they are very long or far apart.
   *
   * @param position a UTF-16 offset, 0 to `text.length`.
   * @returns the offset at which reading stopped: `text.length` when the text is at its end.
   */
  read(text: string, position: number): number {
    this.count = 0;
    this.reading++;
    this.length = 0;
    let at = position;
    while (at < text.length && this.count < this.limit && at - position < LONGEST_READING) {
      at = this.readToken(text, at);
    }
    this.joinSpacedLetters();
    this.started = position;
    this.stopped = at;
    this.isAtEnd = at >= text.length;
    return at;
  }

  /**
   * Where to read on: from the last call's token `stride` on, so that windows overlap, or as far back in
   * proportion if it holds fewer; from where it stopped if the text is at its end. Always past where the last
   * call began.
   */
  nextPosition(stride: number): number {
    // Joined letters leave a full window with few tokens, and a word may still stand across its end.
    const token = Math.floor((this.count * stride) / this.limit);
    if (this.isAtEnd || token >= this.count) return this.stopped;
    const position = this.from[token] as number;
    return position > this.started ? position : this.stopped;
  }

  /** The tokens of the last call as strings, for training and tests. */
  words(): string[] {
    return Array.from({ length: this.count }, (_, token) => this.word(token));
  }

  /** One token as a string. */
  word(token: number): string {
    return String.fromCharCode(...this.units.subarray(this.starts[token], this.ends[token]));
  }

  /** Folds one run of word characters, from `at` on, and keeps it if it is a token. */
  private readToken(text: string, at: number): number {
    const start = this.length;
    const last = Math.min(text.length, at + LONGEST_RUN);
    let position = at;
    let foreign = false;
    while (position < last && this.length - start < MAX_TOKEN_LENGTH) {
      const unit = text.charCodeAt(position);
      if (unit < 128) {
        const kind = ASCII_KINDS[unit] as number;
        if (kind !== IGNORED) {
          if (kind === Kind.Separator) {
            this.end(start, foreign, position);
            return position + 1;
          }
          this.push(ASCII_UNITS[unit] as number, kind, position);
        }
        position++;
        continue;
      }
      const codePoint = text.codePointAt(position) as number;
      const size = codePoint > 0xffff ? 2 : 1;
      const folded = fold(codePoint);
      if (folded.kind === Kind.Separator && folded.units !== '') {
        this.end(start, foreign, position);
        return position + size;
      }
      if (folded.kind === Kind.Picture) {
        if (this.length > start) {
          this.end(start, foreign, position);
          return position;
        }
        this.pushAll(folded.units, Kind.Picture, position);
        this.add(start, this.length, position + size);
        return position + size;
      }
      foreign ||= folded.units !== '';
      this.pushAll(folded.units, folded.kind, position);
      position += size;
    }
    this.end(start, foreign, position);
    return position;
  }

  private push(unit: number, kind: number, position: number): void {
    this.units[this.length] = unit;
    this.kinds[this.length] = kind;
    this.origins[this.length++] = position;
  }

  private pushAll(units: string, kind: Kind, position: number): void {
    for (let index = 0; index < units.length; index++) this.push(units.charCodeAt(index), kind, position);
  }

  /** Trims what is no part of a word from both ends and adds the token if something is left. */
  private end(start: number, foreign: boolean, position: number): void {
    let first = start;
    let last = this.length;
    while (first < last && this.trimmedInFront(first)) first++;
    while (last > first && this.trimmedBehind(last)) last--;
    if (first === last) {
      this.length = start;
      return;
    }
    const end = last < this.length ? (this.origins[last] as number) : position;
    if (foreign) this.latinise(first, last);
    this.add(first, last, end);
  }

  private trimmedInFront(index: number): boolean {
    const kind = this.kinds[index];
    if (kind === Kind.Apostrophe) return true;
    // `@` and `$` open words (`@ss`, `$hit`); other signs in front are emphasis.
    const unit = this.units[index];
    return kind === Kind.LeetSymbol && unit !== 0x40 && unit !== 0x24;
  }

  private trimmedBehind(last: number): boolean {
    const kind = this.kinds[last - 1];
    if (kind === Kind.Apostrophe) return true;
    if (kind !== Kind.LeetSymbol) return false;
    // Two stars or more behind a word hide letters (`f***`); one is a footnote.
    const unit = this.units[last - 1];
    if (unit === 0x40 || unit === 0x24) return false;
    return !(unit === STAR && this.units[last - 2] === STAR);
  }

  /** Writes Latin letters for look-alikes, unless the word is plainly of another script. */
  private latinise(first: number, last: number): void {
    let alike = 0;
    let other = 0;
    let latin = 0;
    for (let index = first; index < last; index++) {
      const unit = this.units[index] as number;
      if (unit >= A && unit <= Z) latin++;
      else if (CONFUSABLES.has(unit)) alike++;
      else if (unit >= 128) other++;
    }
    if (alike === 0 || (other > 0 && latin === 0)) return;
    for (let index = first; index < last; index++) {
      const latinUnit = CONFUSABLES.get(this.units[index] as number);
      if (latinUnit !== undefined) this.units[index] = latinUnit;
    }
  }

  private add(first: number, last: number, end: number): void {
    const token = this.count++;
    this.starts[token] = first;
    // One character may fold to several units, so the last may have gone past the limit; half of a surrogate
    // pair is no letter.
    let cut = Math.min(last, first + MAX_TOKEN_LENGTH);
    if (cut < last && ((this.units[cut - 1] as number) & 0xfc00) === 0xd800) cut--;
    this.ends[token] = cut;
    this.from[token] = this.origins[first] as number;
    this.to[token] = end;
  }

  private isSingle(token: number): boolean {
    const start = this.starts[token] as number;
    return this.ends[token] === start + 1 && this.kinds[start] !== Kind.Apostrophe;
  }

  /** Makes one token of three or more single letters in a row: `i d i o t`, `i.d.i.o.t`. */
  private joinSpacedLetters(): void {
    let written = 0;
    for (let token = 0; token < this.count; ) {
      let next = token;
      let letters = 0;
      while (next < this.count && next - token < LONGEST_SPACED_WORD && this.isSingle(next)) {
        if (next > token && (this.from[next] as number) - (this.to[next - 1] as number) > SPACING) break;
        if (this.kinds[this.starts[next] as number] === Kind.Letter) letters++;
        next++;
      }
      const joined = next - token >= 3 && letters >= 2 ? next - token : 1;
      const start = this.starts[token] as number;
      for (let index = 1; index < joined; index++) {
        this.units[start + index] = this.units[this.starts[token + index] as number] as number;
      }
      this.from[written] = this.from[token] as number;
      this.to[written] = this.to[token + joined - 1] as number;
      this.ends[written] = joined > 1 ? start + joined : (this.ends[token] as number);
      this.starts[written++] = start;
      token += joined;
    }
    this.count = written;
  }
}
