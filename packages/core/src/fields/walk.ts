import type { Part } from '../guard/decision.js';
import { isDue, rest } from '../pace.js';
import type { Field } from './field.js';
import type { FieldList } from './field-list.js';
import { Place } from './pointer.js';
import type { Selection } from './selection.js';

/** A value whose children are being looked at. */
interface Visit {
  readonly source: Record<string | number, unknown>;
  readonly place: Place;
  readonly selection: Selection;
  /** The keys to look at; of an array, `null` while it is read by index. */
  keys: readonly (string | number)[] | null;
  readonly length: number;
  next: number;
}

/** How many values are looked at between two looks at the clock. */
const STRIDE = 256;

/**
 * Puts every text of a value that `selection` takes into `list`, in the order in which they lie.
 *
 * Any value will do: deeply nested (there is no recursion), cyclic (nothing is visited twice for the same
 * purpose), with holes, without a prototype, a `Map` or a `Set`. Numbers, booleans, dates, bytes and streams
 * hold no text. Object keys are not texts.
 */
export async function walk(
  part: Part,
  value: unknown,
  selection: Selection,
  list: FieldList,
  options: { readonly from?: Place; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const visits: Visit[] = [];
  const seen = new Map<Selection, Set<unknown>>();

  function meet(met: unknown, place: Place, wanted: Selection): void {
    const text = textOf(met);
    if (text !== undefined) {
      if (text !== '' && wanted.takes(text)) list.add(new FoundField(part, place, text));
    } else if (holdsValues(met) && isNew(met, wanted)) {
      visits.push(visitOf(met, place, wanted));
    }
  }

  function isNew(met: object, wanted: Selection): boolean {
    const before = seen.get(wanted);
    if (before === undefined) seen.set(wanted, new Set([met]));
    else if (before.has(met)) return false;
    else before.add(met);
    return true;
  }

  meet(value, options.from ?? Place.root(), selection);
  for (let count = 1; visits.length > 0; count++) {
    const visit = visits.at(-1) as Visit;
    if (visit.next >= (visit.keys?.length ?? visit.length)) visits.pop();
    else lookAtNext(visit, meet);
    if (count % STRIDE === 0 && isDue()) {
      await rest();
      options.signal?.throwIfAborted();
    }
  }
}

function lookAtNext(visit: Visit, meet: (met: unknown, place: Place, wanted: Selection) => void): void {
  const { source, keys, place, selection } = visit;
  const key = keys === null ? visit.next : (keys[visit.next] as string | number);
  visit.next++;
  const child = source[key];
  if (child === undefined && keys === null && !Object.hasOwn(source, key)) {
    // A hole: four thousand million of them fit in a form field's name. Only what is there is looked at.
    visit.keys = Object.keys(source).filter((name) => Number(name) > (key as number));
    visit.next = 0;
    return;
  }
  if (typeof child !== 'string' && (typeof child !== 'object' || child === null)) return;
  const wanted = selection.under(key, Array.isArray(source));
  if (wanted !== null) meet(child, new Place(place, key), wanted);
}

function visitOf(value: object, place: Place, selection: Selection): Visit {
  const source = plain(value) as Record<string | number, unknown>;
  const isArray = Array.isArray(source);
  const { only } = selection;
  let keys: readonly string[] | null = null;
  if (only !== null) keys = only.filter((key) => Object.hasOwn(source, key));
  else if (!isArray) keys = Object.keys(source);
  return { source, place, selection, keys, length: isArray ? source.length : 0, next: 0 };
}

/** A `Map` as an object and a `Set` as an array, as their JSON would be if they had one. */
function plain(value: object): object {
  if (value instanceof Set) return [...value];
  if (!(value instanceof Map)) return value;
  const entries = Object.create(null) as Record<string, unknown>;
  let index = 0;
  for (const [key, child] of value) {
    entries[typeof key === 'string' || typeof key === 'number' ? key : `#${index}`] = child;
    index++;
  }
  return entries;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof String ? String.prototype.valueOf.call(value) : undefined;
}

function holdsValues(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isRaw(value);
}

/** Whether a value is bytes or a stream: what is sent before anything has parsed it. */
export function isRaw(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Blob) return true;
  const { pipe, getReader } = value as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}

class FoundField implements Field {
  readonly in: Part;

  constructor(
    part: Part,
    private readonly place: Place,
    readonly text: string,
  ) {
    this.in = part;
  }

  get pointer(): string {
    return this.place.pointer;
  }
}
