import { malformed, shownName } from './perspective-error.js';
import { type FieldSchema, MESSAGES, type MessageSchema } from './perspective-schemas.js';

const NAMESPACE = 'google.commentanalyzer.v1alpha1';
const MOST_VIOLATIONS = 20;

type Violation = { readonly field?: string; readonly description: string };

/**
 * Reads a message of the interface as Google's servers read JSON: names in camel case or with underscores, `null`
 * for absent, a single value for a list of one.
 *
 * @param body what was parsed, or JSON as text or as bytes of UTF-8; nothing stands for an empty message.
 * @throws {PerspectiveError} that says what is no part of the message, and never a value.
 */
export function readMessage(body: unknown, name: string): Record<string, unknown> {
  const value = parsed(body);
  if (!isObject(value)) throw malformed([unknownName('', '', 'Root element must be a message.')]);
  const violations: Violation[] = [];
  const message = readFields(value, MESSAGES[name] as MessageSchema, '', violations);
  if (violations.length > 0) throw malformed(violations.slice(0, MOST_VIOLATIONS));
  return message;
}

function parsed(body: unknown): unknown {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  if (text === undefined || text === null || text === '') return {};
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    // Google's message goes on with a piece of the body.
    throw malformed([{ description: 'Invalid JSON payload received. Unexpected token.' }]);
  }
}

function readFields(
  value: object,
  { properties }: MessageSchema,
  path: string,
  violations: Violation[],
): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const [given, content] of Object.entries(value)) {
    // A body may have a hundred thousand names that are wrong.
    if (violations.length >= MOST_VIOLATIONS) break;
    const name = toCamel(given);
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) violations.push(unknownName(given, path, 'Cannot find field.'));
    else if (content !== null) message[name] = readField(content, schema, name, path, violations);
  }
  return message;
}

function readField(
  value: unknown,
  schema: FieldSchema,
  name: string,
  parent: string,
  violations: Violation[],
): unknown {
  const path = parent === '' ? toSnake(name) : `${parent}.${toSnake(name)}`;
  const { items, additionalProperties } = schema;
  if (items !== undefined) {
    const values = Array.isArray(value) ? value : [value];
    return values.map((each, index) => readValue(each, items, `${path}[${index}]`, violations));
  }
  if (Array.isArray(value)) {
    violations.push(unknownName(name, parent, 'Proto field is not repeating, cannot start list.'));
    return undefined;
  }
  if (additionalProperties === undefined) return readValue(value, schema, path, violations);
  if (!isObject(value)) return wrong(path, 'TYPE_MESSAGE', violations);
  return new Map(
    Object.entries(value).map(([key, each], index) => [
      key,
      readValue(each ?? {}, additionalProperties, `${path}[${index}].value`, violations),
    ]),
  );
}

function readValue(
  value: unknown,
  { type, $ref, enum: choices }: FieldSchema,
  path: string,
  violations: Violation[],
): unknown {
  if (violations.length >= MOST_VIOLATIONS) return undefined;
  if ($ref !== undefined) {
    if (!isObject(value)) return wrong(path, `type.googleapis.com/${NAMESPACE}.${$ref}`, violations);
    return readFields(value, MESSAGES[$ref] as MessageSchema, path, violations);
  }
  if (type === 'string') {
    if (typeof value === 'string') return value;
    if (choices !== undefined && typeof value === 'number') return choices[value] ?? String(value);
    return wrong(path, 'TYPE_STRING', violations);
  }
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value;
    return value === 'true' || value === 'false' ? value === 'true' : wrong(path, 'TYPE_BOOL', violations);
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) {
    if (type === 'number' || Number.isInteger(number)) return number;
  }
  return wrong(path, type === 'integer' ? 'TYPE_INT32' : 'TYPE_FLOAT', violations);
}

/** Google's message goes on with the value, which may be a piece of somebody's text. */
function wrong(path: string, type: string, violations: Violation[]): undefined {
  violations.push({ field: path, description: `Invalid value at '${path}' (${type})` });
  return undefined;
}

function unknownName(name: string, path: string, why: string): Violation {
  const shown = name === '' ? '' : shownName(name);
  const at = path === '' ? '' : ` at '${path}'`;
  return {
    ...(path !== '' && { field: path }),
    description: `Invalid JSON payload received. Unknown name "${shown}"${at}: ${why}`,
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toCamel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
