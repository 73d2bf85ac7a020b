/** Rounds of every candidate; a figure is the median over them. */
const ROUNDS = 15;
/** A round lasts about so long for each candidate. */
const ROUND_MS = 120;

/**
 * Times functions in turn, A B C A B C …, so that a machine whose speed drifts treats all alike.
 *
 * @param candidates name to a function of an index, sync or async.
 * @returns name to the median of microseconds a call.
 */
export async function compare(candidates) {
  const entries = Object.entries(candidates);
  const calls = new Map();
  for (const [name, call] of entries) {
    const started = performance.now();
    let count = 0;
    for (; performance.now() - started < 2 * ROUND_MS; count++) await call(count);
    calls.set(name, Math.max(1, Math.round(count / 2)));
  }
  const figures = new Map(entries.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, call] of entries) {
      const count = calls.get(name);
      const started = performance.now();
      for (let index = 0; index < count; index++) await call(index);
      figures.get(name).push(((performance.now() - started) * 1000) / count);
    }
  }
  return Object.fromEntries([...figures].map(([name, values]) => [name, median(values)]));
}

/** The middle of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
