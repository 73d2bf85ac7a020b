import { CONFUSABLES, isOfItsScript } from './confusables.js';
import { ASCII_KINDS, ASCII_UNITS, fold, IGNORED } from './fold.js';
import { Kind } from './kind.js';
import type { RankOf } from './resolve.js';
import { segment } from './segment.js';

/** The longest token, in UTF-16 units; a longer run of letters is cut into tokens of this length. */
export const MAX_TOKEN_LENGTH = 48;
/** So many units between two single letters still count as one spaced-out word, as in `f . u . c . k`. */
const SPACING = 3;
/** So many single letters, or pieces of a word, are looked at together. */
const LONGEST_CHAIN = 40;
/** What stands between the pieces of `idi-ot`, and what it costs to take it out: `well-known` are two words. */
export const MARKS = new Set([...".-_/,:;~='\u00b7"].map((mark) => mark.charCodeAt(0)));
const MARK_COST = 6;
/** A sentence is cut at so many words, and takes in what follows it where it has fewer than so many. */
const LONGEST_SENTENCE = 24;
export const SHORTEST_SENTENCE = 4;
/** `.`, `!`, `?`, line feed, ellipsis, and the full stops and marks of other scripts. */
const SENTENCE_ENDS = new Set(
  [...'.!?\n\u2026\u3002\uff01\uff1f\u061f\u0964'].map((mark) => mark.charCodeAt(0)),
);
/** Letters that a part of `YouAreJoinedUp` has on average, at the least: `fOoL` is one word. */
const LEAST_CAMEL_PART = 2.6;
/** The most UTF-16 units that one character folds to: U+FDFA has eighteen. */
const MOST_UNITS = 18;
/** A reading ends behind so many UTF-16 units even with few tokens, so that blanks do not hold the event loop. */
const LONGEST_READING = 8192;
/** So may a word whose letters stand this far apart, with what is drawn as nothing in between. */
const LONGEST_RUN = 65_536;
const LINE_FEED = 0x0a;
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
  /** How many sentences the last call found, and the token behind the last of each. */
  sentences = 0;
  readonly sentenceEnds: Int32Array;
  /** The folded text of the window. */
  readonly units: Uint16Array;
  private readonly kinds: Uint8Array;
  private readonly origins: Int32Array;
  private length = 0;
  private started = 0;
  private stopped = 0;
  private isAtEnd = true;

  /**
   * @param limit the most tokens that one call reads, a positive integer.
   * @param rankOf a vocabulary, which decides what single letters and pieces of words are joined to. Without
   * one, three single letters in a row are one word and pieces stay pieces.
   */
  constructor(
    readonly limit: number,
    private readonly rankOf?: RankOf,
  ) {
    this.starts = new Int32Array(limit);
    this.ends = new Int32Array(limit);
    this.from = new Int32Array(limit);
    this.to = new Int32Array(limit);
    this.sentenceEnds = new Int32Array(limit);
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
    this.joinChains(text);
    this.findSentences(text);
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
    return this.string(this.starts[token] as number, this.ends[token] as number);
  }

  private string(first: number, last: number): string {
    let word = '';
    // A third of the time that spreading the units takes.
    for (let at = first; at < last; at++) word += String.fromCharCode(this.units[at] as number);
    return word;
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
            this.end(text, start, foreign, position);
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
        this.end(text, start, foreign, position);
        return position + size;
      }
      if (folded.kind === Kind.Picture) {
        if (this.length > start) {
          this.end(text, start, foreign, position);
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
    this.end(text, start, foreign, position);
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
  private end(text: string, start: number, foreign: boolean, position: number): void {
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
    if (last - first < 2 * LEAST_CAMEL_PART || !this.addCamelParts(text, first, last, end)) {
      this.add(first, last, end);
    }
  }

  /** Adds the words of `YouAreJoinedUp` one by one. */
  private addCamelParts(text: string, first: number, last: number, end: number): boolean {
    let parts = 1;
    for (let index = first + 1; index < last; index++) if (this.isCamelCut(text, index, first, last)) parts++;
    if (parts === 1 || (last - first) / parts < LEAST_CAMEL_PART || this.count + parts > this.limit)
      return false;
    // A word that is known stays whole, however its letters are written.
    if (this.rankOf !== undefined && this.rankOf(this.string(first, last)) >= 0) return false;
    let from = first;
    for (let index = first + 1; index < last; index++) {
      if (!this.isCamelCut(text, index, first, last)) continue;
      this.add(from, index, this.origins[index] as number);
      from = index;
    }
    this.add(from, last, end);
    return true;
  }

  /** Whether a capital begins a word at `index`: behind a small letter that is not alone, or before one. */
  private isCamelCut(text: string, index: number, first: number, last: number): boolean {
    if (!isCapital(this.unitAt(text, index))) return false;
    const before = this.unitAt(text, index - 1);
    if (isSmall(before)) return index - 1 > first;
    return isCapital(before) && index + 1 < last && isSmall(this.unitAt(text, index + 1));
  }

  /** What the original text has where a folded unit comes from. */
  private unitAt(text: string, index: number): number {
    return text.charCodeAt(this.origins[index] as number);
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
      else if (CONFUSABLES.has(unit)) {
        alike++;
        if (isOfItsScript(unit)) other++;
      } else if (unit >= 128) other++;
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

  /** Cuts the tokens into sentences of a bearable length. */
  private findSentences(text: string): void {
    this.sentences = 0;
    let first = 0;
    for (let token = 0; token < this.count; token++) {
      const words = token + 1 - first;
      const isEnd =
        words >= SHORTEST_SENTENCE && (words === LONGEST_SENTENCE || this.endsSentence(text, token));
      if (!isEnd && token + 1 < this.count) continue;
      first = token + 1;
      this.sentenceEnds[this.sentences++] = first;
    }
  }

  private endsSentence(text: string, token: number): boolean {
    const next = token + 1 < this.count ? (this.from[token + 1] as number) : 0;
    for (let at = this.to[token] as number; at < next; at++) {
      // `3.5` and `a.b` go on.
      if (SENTENCE_ENDS.has(text.charCodeAt(at)) && (at + 1 < next || text.charCodeAt(at) === LINE_FEED))
        return true;
    }
    return false;
  }

  private isSingle(token: number): boolean {
    const start = this.starts[token] as number;
    const kind = this.kinds[start];
    return this.ends[token] === start + 1 && kind !== Kind.Apostrophe && kind !== Kind.Picture;
  }

  /** Joins what is one word: three or more single letters (`i d i o t`, `i.d.i.o.t`), and pieces (`idi-ot`). */
  private joinChains(text: string): void {
    let written = 0;
    for (let token = 0; token < this.count; ) {
      let next = this.endOfLetters(token);
      let counts: readonly number[] = ONE;
      if (next > token) counts = this.segmentLetters(token, next);
      else if (this.rankOf !== undefined) {
        next = this.endOfPieces(text, token);
        if (next > token) counts = segment(this.wordsFrom(token, next), this.rankOf, MARK_COST);
      }
      for (const count of counts) {
        this.join(token, count, written++);
        token += count;
      }
    }
    this.count = written;
  }

  /** Where a row of at least three single letters from `token` on ends, and `token` where there is none. */
  private endOfLetters(token: number): number {
    let next = token;
    let letters = 0;
    let spacing = SPACING;
    while (next < this.count && next - token < LONGEST_CHAIN && this.isSingle(next)) {
      if (next > token) {
        const gap = (this.from[next] as number) - (this.to[next - 1] as number);
        // A wider gap than the others is a gap between words.
        if (gap > spacing) break;
        if (gap < spacing && next > token + 1) return token;
        if (next === token + 1) spacing = gap;
      }
      if (this.kinds[this.starts[next] as number] === Kind.Letter) letters++;
      next++;
    }
    return next - token >= 3 && letters >= 2 ? next : token;
  }

  private segmentLetters(token: number, next: number): number[] {
    if (this.rankOf === undefined) return [next - token];
    const counts = segment(this.wordsFrom(token, next), this.rankOf, 0);
    // The row goes on: what the last word was cut from is looked at again with what follows.
    if (next - token === LONGEST_CHAIN && counts.length > 1) counts.pop();
    return counts;
  }

  /** Where a row of tokens with a single mark between each two ends, and `token` where there is none. */
  private endOfPieces(text: string, token: number): number {
    let next = token + 1;
    while (next < this.count && next - token < LONGEST_CHAIN) {
      const gap = this.to[next - 1] as number;
      if ((this.from[next] as number) !== gap + 1 || !MARKS.has(text.charCodeAt(gap))) break;
      next++;
    }
    return next > token + 1 ? next : token;
  }

  private wordsFrom(token: number, next: number): string[] {
    return Array.from({ length: next - token }, (_, index) => this.word(token + index));
  }

  /** Writes `count` tokens from `token` on as one, as the token `written`. */
  private join(token: number, count: number, written: number): void {
    const start = this.starts[token] as number;
    let end = this.ends[token] as number;
    for (let index = 1; index < count; index++) {
      const first = this.starts[token + index] as number;
      const last = this.ends[token + index] as number;
      this.units.copyWithin(end, first, last);
      end += last - first;
    }
    this.from[written] = this.from[token] as number;
    this.to[written] = this.to[token + count - 1] as number;
    this.ends[written] = Math.min(end, start + MAX_TOKEN_LENGTH);
    this.starts[written] = start;
  }
}

const ONE: readonly number[] = [1];

function isCapital(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}

function isSmall(unit: number): boolean {
  return unit >= A && unit <= Z;
}
