import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Refusal } from './refusal.mjs';
import { SETTINGS } from './table.mjs';

/**
 * Reads the settings: an environment variable counts over the configuration file, and that over the default.
 *
 * @throws {Refusal} with a sentence that names what is wrong, and never its value: it may be a secret.
 */
export function readSettings(env = process.env) {
  const file = env.CONFIG_FILE || undefined;
  const given = file === undefined ? new Map() : flatten(readFile(file), file);
  const settings = {};
  for (const { key, variable, kind, default: standard } of SETTINGS) {
    let value = standard;
    if (given.has(key)) value = read(kind, given.get(key), `${key} in ${file}`);
    // An empty variable is how many a tool says "none".
    if (env[variable]) value = read(kind, env[variable], variable);
    const [group, name] = key.split('.');
    if (name === undefined) settings[group] = value;
    else settings[group] = { ...settings[group], [name]: value };
    given.delete(key);
  }
  const [unknown] = given.keys();
  if (unknown !== undefined) throw new Refusal(`${unknown} in ${file} is not a setting.`);
  return { ...settings, workers: completeWorkers(settings.workers) };
}

function read(kind, value, name) {
  const result = kind.read(value);
  if (result === undefined) throw new Refusal(`${name} is ${kind.is}.`);
  return result;
}

function readFile(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`CONFIG_FILE names ${file}, which cannot be read (${error.code}).`);
  }
  try {
    const value = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below: JSON.parse quotes what it read.
  }
  throw new Refusal(`CONFIG_FILE names ${file}, which is not a JSON object.`);
}

/** `{ workers: { initial: 5 } }` as `workers.initial` → 5. */
function flatten(object, file) {
  const groups = new Set(SETTINGS.filter(({ key }) => key.includes('.')).map(({ key }) => key.split('.')[0]));
  const flat = new Map();
  for (const [name, value] of Object.entries(object)) {
    if (!groups.has(name)) flat.set(name, value);
    else if (!isObject(value)) throw new Refusal(`${name} in ${file} is an object.`);
    else for (const [inner, innerValue] of Object.entries(value)) flat.set(`${name}.${inner}`, innerValue);
  }
  return flat;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is not set of these three follows from what is. */
function completeWorkers({ initial, minimum, maximum, ...others }) {
  const most = maximum ?? Math.max(availableParallelism(), initial ?? 2, minimum ?? 2);
  const fewest = minimum ?? Math.min(2, initial ?? 2, most);
  const first = initial ?? Math.min(Math.max(2, fewest), most);
  if (fewest > first) throw new Refusal('WORKERS_INITIAL is at least WORKERS_MINIMUM.');
  if (first > most) throw new Refusal('WORKERS_INITIAL is at most WORKERS_MAXIMUM.');
  return { initial: first, minimum: fewest, maximum: most, ...others };
}
