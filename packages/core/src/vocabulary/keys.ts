import { hash } from 'node:crypto';
import { type Check, fail } from '../check.js';

/** What every key begins with where nothing else is asked for. */
// No colon: Keyv takes `namespace:` off a key given to `get`, and not off those given to `getMany`.
export const DEFAULT_PREFIX = 'toxicity-guard/';

const VERSION = /^[\w.+@-]{1,100}$/;

/** The keys under which vocabularies are kept. A word's key is a digest: no word of a text reaches a database's log. */
export class VocabularyKeys {
  constructor(private readonly prefix: string) {}

  /** Holds the name of the version in use. */
  get current(): string {
    return `${this.prefix}current`;
  }

  /** Holds the names of all versions, finished or not. */
  get versions(): string {
    return `${this.prefix}versions`;
  }

  manifest(version: string): string {
    return `${this.prefix}${version}:manifest`;
  }

  /** Holds a part of the word list. */
  chunk(version: string, chunk: number): string {
    return `${this.prefix}${version}:words:${chunk}`;
  }

  entry(version: string, word: string): string {
    return `${this.prefix}${version}:w:${digestOf(word).toString('base64url')}`;
  }
}

/** Sixteen bytes that stand for a word. */
export function digestOf(word: string): Buffer {
  return hash('sha256', word, 'buffer').subarray(0, 16);
}

/** A name for a version: up to a hundred letters, digits and `. _ + @ -`. */
export const aVersion: Check<string> = (value, path) =>
  typeof value === 'string' && VERSION.test(value)
    ? value
    : fail(path, 'be 1 to 100 letters, digits or `.`, `_`, `+`, `@`, `-`', value);

export const aPrefix: Check<string> = (value, path) =>
  typeof value === 'string' && value !== '' && value.length <= 200
    ? value
    : fail(path, 'be a string of 1 to 200 characters', value);
