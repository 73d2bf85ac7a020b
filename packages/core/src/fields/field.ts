import type { GuardRequest, Part } from '../guard/decision.js';

/** One text of a request and where it lies. */
export interface Field {
  readonly in: Part;
  /** RFC 6901 pointer within that part, made when it is asked for. */
  readonly pointer: string;
  readonly text: string;
}

/** One text that a `fields` function names. */
export interface ChosenField {
  /** The part that `pointer` speaks of. Default `'body'`. */
  readonly in?: Part | undefined;
  /** RFC 6901 pointer within that part, such as `/comment`, as findings and refusals are to name it. */
  readonly pointer: string;
  /** The text. Of an object or an array every string is judged; anything else holds no text. */
  readonly text: unknown;
}

/**
 * Which texts of one part are judged: `true` for the strings of every key that is not a secret or an address,
 * or JSON Pointer patterns such as `/comment` or `/items/*\/text`, in which `*` stands for one level and `**`
 * for any number of levels.
 */
export type PartFields = true | readonly string[];

/**
 * Which texts of a request are judged.
 *
 * - `['/comment', '/items/*\/text']`: patterns, of the body.
 * - `{ body: true, query: ['/q'] }`: parts by name; a part that is not named is not judged.
 * - A function that gives the texts itself.
 */
export type FieldsOption =
  | readonly string[]
  | { readonly [P in Part]?: PartFields | undefined }
  | ((request: GuardRequest) => Iterable<ChosenField> | Promise<Iterable<ChosenField>>);

/** The bounds of one request. */
export interface FieldLimits {
  readonly maxFields: number;
  /** UTF-16 code units over all fields. */
  readonly maxTextLength: number;
}
