import { readdirSync, readFileSync } from 'node:fs';

/**
 * Memory of a process and all below it in bytes, as Linux counts it.
 *
 * @returns `{ sizes, held }`: the sum of their resident sizes, in which pages of a program or library that several share
 * count for each of them; and what they hold together, in which those count once.
 */
export function memoryOf(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    const status = /^\d+$/.test(entry) ? read(`/proc/${entry}/status`) : '';
    parents.set(Number(entry), field(status, 'PPid'));
  }
  const family = new Set([pid]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  const statuses = [...family].map((member) => read(`/proc/${member}/status`));
  const own = statuses.map((status) => field(status, 'RssAnon') + field(status, 'RssShmem'));
  const files = statuses.map((status) => field(status, 'RssFile'));
  const add = (parts) => parts.reduce((sum, part) => sum + part, 0);
  return { sizes: 1024 * (add(own) + add(files)), held: 1024 * (add(own) + Math.max(...files)) };
}

function field(text, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Empty where the process has ended meanwhile. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
