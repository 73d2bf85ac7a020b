import { type Check, fail } from '../check.js';
import { keysOf } from './pointer.js';
import { everything, type Selection } from './selection.js';

/** A position in the patterns: the keys still to come of one of them. `null` ends a pattern. */
type Step = string | null;

const ONE_LEVEL = '*';
const ANY_DEPTH = '**';

/** A JSON Pointer in which `*` stands for one level and `**` for any number of levels. */
export const aPattern: Check<string> = (value, path) =>
  typeof value === 'string' && keysOf(value) !== undefined
    ? value
    : fail(path, 'be a JSON Pointer pattern such as `/comment` or `/items/*/text`', value);

/**
 * Looks for the places that patterns name. A place that a pattern names is judged with all that lies in it.
 *
 * All patterns are followed at once, as a set of positions, so the work of a walk is bounded by the size of the
 * value times the length of the patterns, whatever the sender nests.
 */
export function matching(patterns: readonly string[]): Selection {
  const steps: Step[] = patterns.flatMap((pattern) => [...(keysOf(pattern) ?? []), null]);
  const starts = patterns.map((_, index) =>
    patterns.slice(0, index).reduce((sum, pattern) => sum + (keysOf(pattern)?.length ?? 0) + 1, 0),
  );
  const known = new Map<string, Selection>();

  function at(positions: Iterable<number>): Selection | null {
    const all = withSkipped(positions);
    if (all.length === 0) return null;
    if (all.some((position) => steps[position] === null)) return everything;
    // One object for one set of positions: a walk through a cyclic value knows by it what it has seen.
    const name = all.join();
    const made = known.get(name) ?? select(all);
    known.set(name, made);
    return made;
  }

  /** `**` also stands for no level at all. */
  function withSkipped(positions: Iterable<number>): number[] {
    const all = new Set(positions);
    for (const position of all) if (steps[position] === ANY_DEPTH) all.add(position + 1);
    return [...all].sort((a, b) => a - b);
  }

  function select(positions: readonly number[]): Selection {
    const wide = positions.some((position) => steps[position] === ONE_LEVEL || steps[position] === ANY_DEPTH);
    return {
      only: wide ? null : [...new Set(positions.map((position) => steps[position] as string))],
      takes: () => false,
      under(key) {
        const name = String(key);
        return at(
          positions.flatMap((position) => {
            const step = steps[position];
            if (step === ANY_DEPTH) return [position];
            return step === ONE_LEVEL || step === name ? [position + 1] : [];
          }),
        );
      },
    };
  }

  return at(starts) ?? nothing;
}

const nothing: Selection = { only: [], takes: () => false, under: () => null };
