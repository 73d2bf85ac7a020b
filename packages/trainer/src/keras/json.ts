/** An object of a JSON file. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value of a JSON file is an object. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Keras wraps because JSON has no word for it, with the place of the value in it. */
const WRAPPED: Readonly<Record<string, (wrapped: Json) => unknown>> = {
  __tuple__: ({ items }) => items,
  __numpy__: ({ config }) => (isJson(config) ? config.value : undefined),
  __ndarray__: ({ value }) => value,
};
/** Deeper than any model's, and nothing that breaks the stack. */
const DEEPEST = 200;

/**
 * Reads Keras's JSON, with tuples and NumPy's numbers as the plain values that they hold.
 *
 * @throws {Error} when it is not JSON.
 */
export function parseKerasJson(text: string): unknown {
  return unwrap(JSON.parse(text), 0);
}

function unwrap(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) throw new Error('It is nested too deeply');
  if (Array.isArray(value)) return value.map((item) => unwrap(item, depth + 1));
  if (!isJson(value)) return value;
  const inner = WRAPPED[String(value.class_name)];
  if (inner !== undefined) return unwrap(inner(value), depth + 1);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item, depth + 1)]));
}
