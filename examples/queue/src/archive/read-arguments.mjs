import { basename } from 'node:path';
import { parseArgs } from 'node:util';

/** Reads what `rejudge.mjs` and `export.mjs` are started with. */
export function readArguments() {
  const options = {
    /** Under which name the verdicts are kept. Default: the file's, without endings. */
    name: { type: 'string' },
    /** Comments in a job. */
    batch: { type: 'string', default: '500' },
    /** Jobs that may wait in Redis. */
    ahead: { type: 'string', default: '50' },
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [path] = positionals;
  if (path === undefined) throw new Error('Name the archive, such as comments.jsonl.');
  const number = (name) => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new Error(`--${name} is an integer from 1 on.`);
  };
  const { name = basename(path).split('.')[0] } = values;
  return { path, name, batch: number('batch'), ahead: number('ahead') };
}
