import { anArrayOf, anObject, type Check, type Checks, fail } from '../check.js';
import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import type { GuardRequest, Part } from '../guard/decision.js';
import { isDue, rest } from '../pace.js';
import type { ChosenField, Field, FieldLimits, FieldsOption, PartFields } from './field.js';
import { FieldList } from './field-list.js';
import { aPattern, matching } from './patterns.js';
import { keysOf, Place } from './pointer.js';
import { everything, prose, type Selection } from './selection.js';
import { walk } from './walk.js';

const PARTS = ['body', 'query', 'params', 'headers'] as const satisfies readonly Part[];

/** Finds the texts of requests, in one chosen way. */
export interface Collector {
  /** The parts that are looked at; `null` where a function chooses. */
  readonly parts: readonly Part[] | null;
  /** @throws {ToxicityGuardError} `TOO_MANY_FIELDS`, `TEXT_TOO_LONG`, `FIELDS_FAILED`. */
  collect(request: GuardRequest, limits: FieldLimits, signal?: AbortSignal): Promise<readonly Field[]>;
}

const aPart: Check<PartFields> = (value, path) => {
  if (value === true) return true;
  if (Array.isArray(value)) return anArrayOf(aPattern)(value, path);
  return fail(path, 'be true or an array of JSON Pointer patterns', value);
};

const PART_CHECKS: Checks<{ [P in Part]?: PartFields | undefined }> = {
  body: aPart,
  query: aPart,
  params: aPart,
  headers: aPart,
};

/** The check of the `fields` option. */
export const aFieldsOption: Check<FieldsOption> = (value, path) => {
  if (typeof value === 'function') return value as FieldsOption;
  if (Array.isArray(value)) return anArrayOf(aPattern)(value, path);
  if (typeof value === 'object' && value !== null) return anObject(PART_CHECKS)(value, path);
  return fail(path, 'be an array of JSON Pointer patterns, an object of parts or a function', value);
};

/** Makes the collector of a checked `fields` option. */
export function createCollector(fields: FieldsOption = { body: true }): Collector {
  if (typeof fields === 'function') return choosing(fields);
  const chosen: { readonly [P in Part]?: PartFields | undefined } = isPatterns(fields)
    ? { body: fields }
    : fields;
  const selections = new Map<Part, () => Selection>();
  for (const part of PARTS) {
    const of = chosen[part];
    if (of === undefined) continue;
    const patterns = of === true ? undefined : matching(of);
    selections.set(part, patterns === undefined ? prose : () => patterns);
  }
  return {
    parts: [...selections.keys()],
    async collect(request, limits, signal) {
      const list = new FieldList(limits);
      for (const [part, selection] of selections) {
        try {
          await walk(part, request[part], selection(), list, signal ? { signal } : {});
        } catch (error) {
          throw toFault(error, 'FIELDS_FAILED', `Reading a property of the request's ${part}`);
        }
      }
      return list.fields;
    },
  };
}

function isPatterns(fields: Exclude<FieldsOption, (...args: never) => unknown>): fields is readonly string[] {
  return Array.isArray(fields);
}

function choosing(choose: Extract<FieldsOption, (...args: never) => unknown>): Collector {
  return {
    parts: null,
    async collect(request, limits, signal) {
      const list = new FieldList(limits);
      try {
        const chosen: unknown = await choose(request);
        if (!isIterable(chosen)) throw wrongField('an iterable of fields');
        for (const field of chosen) {
          const { in: part = 'body', keys, text } = checkField(field);
          const from = keys.reduce<Place>((around, key) => new Place(around, key), Place.root());
          await walk(part, text, everything, list, { from, ...(signal && { signal }) });
          if (isDue()) {
            await rest();
            signal?.throwIfAborted();
          }
        }
      } catch (error) {
        throw toFault(error, 'FIELDS_FAILED', 'The `fields` function');
      }
      return list.fields;
    },
  };
}

// A string can be iterated too, letter by letter: that is never what was meant.
function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function checkField(field: unknown): { in: Part | undefined; keys: readonly string[]; text: unknown } {
  if (typeof field !== 'object' || field === null)
    throw wrongField('fields of the shape { in, pointer, text }');
  const { in: part, pointer, text } = field as Partial<ChosenField>;
  if (part !== undefined && !PARTS.includes(part)) throw wrongField(`one of ${PARTS.join(', ')} as \`in\``);
  const keys = typeof pointer === 'string' ? keysOf(pointer) : undefined;
  if (keys === undefined) throw wrongField('a JSON Pointer such as `/comment` as `pointer`');
  return { in: part, keys, text };
}

/** Says what was wanted and not what came: that may be somebody's text. */
function wrongField(wanted: string): ToxicityGuardError {
  return new ToxicityGuardError('FIELDS_FAILED', `The \`fields\` function must give ${wanted}.`);
}
