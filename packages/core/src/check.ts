/** Gives a value back, typed, or throws a `TypeError` that names `path`. */
export type Check<T> = (value: unknown, path: string) => T;

/** One check for each key of an options type; the compiler keeps it complete. */
export type Checks<T> = { readonly [K in keyof T]-?: Check<Exclude<T[K], undefined>> };

/** A wrong argument: a `TypeError` to everybody, and in parts for those who must not tell the value. */
export class WrongArgument extends TypeError {
  // Private, because a console prints an error's own properties after its message.
  readonly #path: string;
  readonly #expected: string;

  constructor(path: string, expected: string, got: string, hint = '') {
    super(`Expected \`${path}\` to ${expected}, got ${got}${hint}`);
    this.#path = path;
    this.#expected = expected;
  }

  /** The argument, such as `thresholds.reject.toxic`. */
  get path(): string {
    return this.#path;
  }

  /** What the message says after `to`. */
  get expected(): string {
    return this.#expected;
  }
}

/**
 * Throws the one `TypeError` of a wrong argument.
 *
 * @example
 * fail('threshold.toxic', 'be a number between 0 and 1', 1.5)
 * // TypeError: Expected `threshold.toxic` to be a number between 0 and 1, got `1.5` (number)
 */
export function fail(path: string, expected: string, value: unknown): never {
  throw new WrongArgument(path, expected, `\`${show(value)}\` (${kindOf(value)})`);
}

/** A number within bounds, both included. */
export function aNumber(min: number, max: number): Check<number> {
  return (value, path) =>
    typeof value === 'number' && value >= min && value <= max
      ? value
      : fail(path, `be a number between ${min} and ${max}`, value);
}

/** A whole number within bounds, both included. */
export function anInteger(min: number, max = Number.MAX_SAFE_INTEGER): Check<number> {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `between ${min} and ${max}`;
  return (value, path) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : fail(path, `be a whole number ${bounds}`, value);
}

/** `true` or `false`. */
export const aBoolean: Check<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : fail(path, 'be true or false', value);

/** A string that is not empty. */
export const aString: Check<string> = (value, path) =>
  typeof value === 'string' && value !== '' ? value : fail(path, 'be a string that is not empty', value);

/** A function; its parameters and result are the caller's word. */
export function aFunction<T>(value: unknown, path: string): T {
  return typeof value === 'function' ? (value as T) : fail(path, 'be a function', value);
}

/** One of a few strings. */
export function oneOf<const T extends string>(...choices: readonly T[]): Check<T> {
  const list = choices.map((choice) => `'${choice}'`);
  const phrase = `be ${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
  return (value, path) => choices.find((choice) => choice === value) ?? fail(path, phrase, value);
}

/** An array, each element checked. */
export function anArrayOf<T>(check: Check<T>): Check<T[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((element, index) => check(element, `${path}[${index}]`))
      : fail(path, 'be an array', value);
}

/** An object of known keys, each checked. */
export function anObject<T extends object>(checks: Checks<T>): Check<T> {
  return (value, path) => checkOptions(value, checks, path);
}

/**
 * Checks an options object and gives a fresh one that holds the keys that were set. `undefined` means absent,
 * and a key that `checks` does not have throws: a misspelt option of a safety library must not run.
 *
 * @param path Where the object sits, such as `thresholds.reject`; empty for a function's own options.
 * @throws {TypeError} naming the key, and the nearest known key where the key is unknown.
 *
 * @example
 * checkOptions<{ max?: number }>({ max: 3 }, { max: anInteger(1) }) // { max: 3 }
 */
export function checkOptions<T extends object>(value: unknown, checks: Checks<T>, path = ''): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(path || 'options', 'be an object', value);
  }
  const given = value as Record<string, unknown>;
  const checked: Record<string, unknown> = {};
  // Inherited keys count too: options may be derived from shared ones with Object.create.
  for (const key in given) {
    if (!Object.hasOwn(checks, key)) throw unknownKey(key, Object.keys(checks), path);
    const set = given[key];
    if (set === undefined) continue;
    checked[key] = checks[key as keyof T](set, path === '' ? key : `${path}.${key}`);
  }
  return checked as T;
}

function unknownKey(key: string, known: readonly string[], path: string): WrongArgument {
  const near = nearest(key, known);
  const hint = near === undefined ? '' : `. Did you mean \`${near}\`?`;
  return new WrongArgument(path || 'options', 'have only known keys', `\`${cut(key)}\``, hint);
}

/** The word of `known` that `word` was most likely meant to be, if any is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = (key: string) => key.toLowerCase().replaceAll(/[-_ ]/g, '');
  const wanted = plain(word);
  if (wanted.length > 40) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = edits(wanted, plain(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** How many letters must be put in, taken out or changed to turn one word into the other. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  if (typeof value === 'function') return value.name || 'anonymous';
  if (typeof value === 'bigint') return `${value}n`;
  // What is inside is not shown: it may be long, and it may be somebody's text.
  if (Array.isArray(value)) return '[…]';
  if (typeof value === 'object' && value !== null) return '{…}';
  return String(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
