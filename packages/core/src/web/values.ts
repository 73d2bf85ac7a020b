/** The texts of a query or a form by name: a string, or an array of strings where a name comes more than once. */
export function valuesOf(pairs: URLSearchParams | FormData): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    // A file of a form. Its content is not judged.
    if (typeof value !== 'string') continue;
    const before = values.get(name);
    if (before === undefined) values.set(name, [value]);
    else before.push(value);
  }
  return Object.fromEntries(
    Array.from(values, ([name, all]) => [name, all.length === 1 ? (all[0] as string) : all]),
  );
}
